/** A person mistypes; ten wrong passwords in a row without a quiet quarter of an hour are something else. */
const FREE_FAILS = 10;
/** Minutes without a failure after which counting starts anew. */
export const QUIET_MINUTES = 15;
const LONGEST_WAIT = 30;

/**
 * How many seconds a caller shall wait after the n-th failed login in a row: 0, then 1, 2, 4 … 30.
 *
 * It holds for wrong passwords only: the right one is never refused, because the count is of the whole installation and an
 * attacker would otherwise lock the owner out. What bounds an attacker who ignores the wait is the hasher's lanes.
 */
export function waitAfter(fails: number): number {
  return fails <= FREE_FAILS ? 0 : Math.min(LONGEST_WAIT, 2 ** (fails - FREE_FAILS - 1));
}
