/** A month is `YYYY-MM`, a day `YYYY-MM-DD`: both compare as text, and no time zone moves them. */

const DAY_MS = 86_400_000;
const WEEKS = 6;

/** The month so many months later, or earlier. */
export function monthAfter(month: string, months: number): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.toISOString().slice(0, 7);
}

/**
 * The six weeks in which a month lies, as the days that a calendar shows: always six, so that nothing below moves with the month.
 * @param firstDay of the week, 1 is Monday and 7 Sunday
 */
export function daysOf(month: string, firstDay: number): string[][] {
  const first = Date.parse(`${month}-01T00:00:00Z`);
  const before = (new Date(first).getUTCDay() - firstDay + 7) % 7;
  const dayAt = (place: number) => new Date(first + (place - before) * DAY_MS).toISOString().slice(0, 10);
  return Array.from({ length: WEEKS }, (_, week) => Array.from({ length: 7 }, (_, day) => dayAt(week * 7 + day)));
}

/** On which day weeks begin where the language is spoken; on Monday where the browser can't say. */
export function firstDayOf(language: string): number {
  const locale = new Intl.Locale(language) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1;
}
