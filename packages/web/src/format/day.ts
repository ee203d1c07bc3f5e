/** A day of the calendar, as `2026-01-31` names it, for people: `Jan 31, 2026`. The same day in every time zone. */
export function formatDay(
  day: string,
  language: string,
  style: Intl.DateTimeFormatOptions = { dateStyle: 'medium' },
): string {
  return new Intl.DateTimeFormat(language, { ...style, timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));
}

/** The day that it is here. */
export function today(now = new Date()): string {
  return [now.getFullYear(), pad(now.getMonth() + 1), pad(now.getDate())].join('-');
}

const pad = (number: number) => String(number).padStart(2, '0');
