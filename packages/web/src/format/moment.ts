/** A point in time for people: of today the time alone, otherwise the date too. `medium` times have seconds. */
export function formatMoment(
  iso: string,
  language: string,
  timeStyle: 'short' | 'medium' = 'short',
  now = new Date(),
): string {
  const date = new Date(iso);
  const today = date.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(language, today ? { timeStyle } : { dateStyle: 'short', timeStyle }).format(date);
}
