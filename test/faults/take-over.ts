import { quantile, rounded } from './quantile.ts';

/** Time from a worker's death to the next claim of its item: the bounds of I13. */
const P95_SECONDS = 20;
const MOST_SECONDS = 25;

/** Figures of take-over times, in seconds. */
export function takeOverFigures(seconds: readonly number[]): Record<string, number> {
  return {
    take_overs: seconds.length,
    take_over_p50_seconds: rounded(quantile(seconds, 0.5), 2),
    take_over_p95_seconds: rounded(quantile(seconds, 0.95), 2),
    take_over_max_seconds: rounded(Math.max(0, ...seconds), 2),
  };
}

/** What of the bounds does not hold. */
export function judgeTakeOvers(seconds: readonly number[]): string[] {
  const broken: string[] = [];
  if (quantile(seconds, 0.95) > P95_SECONDS) broken.push(`I13: the p95 of take-over is above ${P95_SECONDS} s`);
  const late = seconds.filter((one) => one > MOST_SECONDS).length;
  if (late > 0) broken.push(`I13: ${late} take-overs came after more than ${MOST_SECONDS} s`);
  return broken;
}
