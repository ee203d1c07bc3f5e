/**
 * A circuit breaker: it stops asking what fails again and again, and tries again with one request after a pause.
 *
 *   closed --- 5 failures in a row ---> open --- 30 s ---> half-open --- success ---> closed
 *                                        ^                    |
 *                                        +----- failure ------+
 *
 * Invariants: open lets nothing through; half-open lets exactly one through at a time; a success closes it.
 */
export interface Breaker {
  /** Whether a request may go now. One that may must be followed by `succeed`, `fail` or `cancel`. */
  enter(): boolean;
  succeed(): void;
  fail(): void;
  /** The request ended without telling anything about the other side. */
  cancel(): void;
  /** Milliseconds until the next try; 0 when a request may go. */
  waitMs(): number;
}

/** Failures in a row that open it: one bad answer is no outage. */
const FAILURES = 5;
const OPEN_MS = 30_000;

/** @param now a clock in milliseconds */
export function createBreaker(now: () => number): Breaker {
  let failures = 0;
  let openUntil = 0;
  let trying = false;
  return {
    enter() {
      if (failures < FAILURES) return true;
      if (trying || now() < openUntil) return false;
      trying = true;
      return true;
    },
    succeed() {
      failures = 0;
      trying = false;
    },
    fail() {
      failures += 1;
      trying = false;
      if (failures >= FAILURES) openUntil = now() + OPEN_MS;
    },
    cancel() {
      trying = false;
    },
    waitMs: () => (failures < FAILURES ? 0 : Math.max(0, openUntil - now())),
  };
}
