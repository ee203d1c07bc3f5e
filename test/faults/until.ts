import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until something holds: for processes and rows, which tell nobody that they have changed.
 * @param what named in the error when it does not hold in time
 */
export async function until(what: string, holds: () => Promise<boolean> | boolean, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs / 1_000} s: ${what}`);
    await delay(25);
  }
}
