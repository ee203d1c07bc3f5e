import { Cron } from 'croner';

/** What decides when a task is due. Times are ISO 8601. */
export interface Past {
  /** Interval (`30m`, `6h`, `1d`), five fields of cron, or nothing. */
  schedule: string;
  /** Since when the schedule has been in force. */
  scheduled_at: string;
  last_started_at: string | null;
  last_finished_at: string | null;
  interruptions: number;
}

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const FIRST_MS = 60_000;
const INTERVAL = /^([1-9]\d*)([mhd])$/;
/** A task that is interrupted again and again may be what ends the server. */
const MOST_REPEATS = 3;

/** The zone of the server's clock, as `Europe/Berlin`. */
export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * When a task is due; in the past when a run was missed, however many were. Null when nothing is scheduled.
 *
 * An interval counts from the beginning of the last run; a first run is due a minute after it was chosen. Cron counts from the last run or from
 * when the schedule was chosen, in the given time zone; an hour that the clock skips in spring is made up for right after. A
 * run that ended with its server is due again at once.
 */
export function nextRun(past: Past, zone: string = timeZone()): Date | null {
  if (past.schedule === '') return null;
  if (past.interruptions > 0 && past.interruptions <= MOST_REPEATS && past.last_finished_at)
    return new Date(past.last_finished_at);
  const interval = intervalOf(past.schedule);
  if (interval && past.last_started_at) return new Date(Date.parse(past.last_started_at) + interval);
  if (interval) return new Date(Date.parse(past.scheduled_at) + Math.min(interval, FIRST_MS));
  const since = Math.max(Date.parse(past.last_started_at ?? past.scheduled_at), Date.parse(past.scheduled_at));
  return cronOf(past.schedule, zone).nextRun(new Date(since));
}

/** What is wrong with a schedule, in a sentence; null when it can be followed. */
export function scheduleProblem(schedule: string): string | null {
  if (schedule === '' || intervalOf(schedule)) return null;
  try {
    return cronOf(schedule, timeZone()).nextRun() ? null : 'This never happens: no such day is in the calendar.';
  } catch (error) {
    return `Five fields of cron: minute, hour, day, month, weekday. ${(error as Error).message.replace(/^CronPattern: /, '')}`;
  }
}

function intervalOf(schedule: string): number | null {
  const [, count, unit] = INTERVAL.exec(schedule) ?? [];
  return unit ? Number(count) * UNITS[unit]! : null;
}

/** Without a function to call it starts no timer. */
const cronOf = (schedule: string, timezone: string) => new Cron(schedule, { timezone, mode: '5-part' });
