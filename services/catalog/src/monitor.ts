import type { Monitor } from '@aniworld/contracts';

/** Which episodes of a series are wanted that were not there when somebody said so. */
export interface MonitorRule {
  monitor: Monitor;
  /** Day on which `future` was set (UTC); null with the other rules. */
  since: string | null;
}

/**
 * Whether an episode that appears now is wanted. Under `future`, one that has aired since the rule was set counts as new,
 * because feeds list nothing before its day; one without a date too, because it was not known before.
 * @param airDate `2026-01-31`, or null when it is not known
 */
export function isWanted({ monitor, since }: MonitorRule, airDate: string | null): boolean {
  if (monitor === 'none') return false;
  return monitor !== 'future' || airDate === null || since === null || airDate >= since;
}
