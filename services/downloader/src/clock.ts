/**
 * The database's clock, by which leases run, as somebody sees it who can tell how much time has passed: when it is set, when a
 * standby with another clock takes over, and when the machine was asleep, leases seem to be over that their workers still hold.
 */

/** Two readings may differ by so much from what passed between them, in milliseconds: answers can be slow. */
const TOLERANCE_MS = 2_000;

export interface Reading {
  /** Leases may be judged: the clock has run evenly for as long as it takes each living worker to renew its own. */
  settled: boolean;
  /** Milliseconds by which the clock was set since the last reading; 0 when it was not. */
  stepMs: number;
}

/** @returns what to make of a reading of the database's clock, given with our own monotonic one, both in milliseconds */
export function watchClock(leaseSeconds: number): (databaseMs: number, monotonicMs: number) => Reading {
  let last: { databaseMs: number; monotonicMs: number } | undefined;
  let settledAt = Number.NEGATIVE_INFINITY;
  return (databaseMs, monotonicMs) => {
    const difference = last ? databaseMs - last.databaseMs - (monotonicMs - last.monotonicMs) : 0;
    last = { databaseMs, monotonicMs };
    const stepMs = Math.abs(difference) > TOLERANCE_MS ? difference : 0;
    if (stepMs !== 0) settledAt = monotonicMs + leaseSeconds * 1_000;
    return { settled: monotonicMs >= settledAt, stepMs };
  };
}
