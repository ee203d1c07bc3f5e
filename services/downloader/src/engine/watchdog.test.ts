import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchSpeed } from './watchdog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Feeds so many bytes in each second. */
function run(seconds: number, bytes: number, watchdog = watchSpeed(100)) {
  for (let n = 0; n < seconds; n += 1) {
    watchdog.fed(bytes);
    vi.advanceTimersByTime(1_000);
  }
  return watchdog;
}

test('a source that is too slow for the better part of a minute is given up on', () => {
  using watchdog = run(49, 99);
  expect(watchdog.signal.aborted).toBe(false);
  run(1, 99, watchdog);
  expect(watchdog.signal.reason).toMatchObject({ reason: 'stalled' });
});

test('a pause is forgiven when there was enough before', () => {
  using watchdog = run(40, 200);
  run(20, 0, watchdog);
  expect(watchdog.signal.aborted).toBe(false);
});

test('time in which we held it back ourselves does not count', async () => {
  using watchdog = run(30, 99);
  const held = Promise.withResolvers<void>();
  watchdog.heldBack(held.promise);
  run(60, 0, watchdog);
  held.resolve();
  await held.promise;
  run(10, 200, watchdog);
  expect(watchdog.signal.aborted).toBe(false);
});

test('without a least speed nothing is too slow', () => {
  using watchdog = run(100, 0, watchSpeed(0));
  expect(watchdog.signal.aborted).toBe(false);
});
