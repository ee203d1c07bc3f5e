const moment = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' });

/** A point in time (ISO 8601) by this machine's clock, in a form that sorts: `2026-01-31 03:30`. */
export function momentText(iso: string): string {
  return moment.format(new Date(iso));
}
