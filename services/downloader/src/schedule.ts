import type { QuietHours } from '@aniworld/contracts';

/** What the times of day allow now. */
export interface Allowance {
  /** Why nothing new may start, for people; null when it may. */
  quiet: string | null;
  /** Over all workers together; null: no limit. */
  bytesPerSecond: number | null;
}

const MINUTES_PER_DAY = 1_440;

/**
 * Applies the quiet hours: of several that hold at once, quiet stands above a limit, and the lowest limit counts.
 * @param now local time of the machine: day of the week (0 is Sunday) and minutes since midnight
 */
export function allowanceAt(hours: QuietHours[], now: { day: number; minute: number }): Allowance {
  const holding = hours.filter((one) => holds(one, now));
  const quiet = holding.find((one) => one.bytes_per_second === 0);
  const limits = holding.map((one) => one.bytes_per_second).filter((limit) => limit > 0);
  return {
    quiet: quiet ? `Quiet hours until ${quiet.to}; downloads go on by themselves then.` : null,
    bytesPerSecond: limits.length > 0 ? Math.min(...limits) : null,
  };
}

/** The day and minute of a moment, in the machine's time zone. */
export function localMinute(date: Date): { day: number; minute: number } {
  return { day: date.getDay(), minute: date.getHours() * 60 + date.getMinutes() };
}

function holds({ days, from, to }: QuietHours, { day, minute }: { day: number; minute: number }): boolean {
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  if (begin < end) return days.includes(day) && minute >= begin && minute < end;
  // Over midnight (or a whole day when both are the same): the day is that of the beginning.
  const yesterday = (day + 6) % 7;
  return (days.includes(day) && minute >= begin) || (days.includes(yesterday) && minute < end % MINUTES_PER_DAY);
}

const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
