import { expect, test } from 'vitest';
import { interruption, isInterruption, raceAbort } from './deadline.ts';

test('a deadline is a TIMEOUT and everything else that ends work is CANCELLED', () => {
  const timeout = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
  expect(interruption(timeout)).toMatchObject({ code: 'TIMEOUT' });
  expect(interruption(AbortSignal.abort())).toMatchObject({ code: 'CANCELLED' });
  expect(interruption(AbortSignal.abort('no reason'))).toMatchObject({ code: 'CANCELLED' });
});

test('an error counts as an interruption only when the signal has ended the work', () => {
  const abort = new DOMException('stop', 'AbortError');
  expect(isInterruption(abort, new AbortController().signal)).toBe(false);
  expect(isInterruption(abort, AbortSignal.abort())).toBe(true);
  expect(isInterruption(new Error('other'), AbortSignal.abort())).toBe(false);
});

test('whoever waits is freed by the signal, before or after it began to wait', async () => {
  const never = new Promise<never>(() => undefined);
  await expect(raceAbort(never, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  const stop = new AbortController();
  const waiting = raceAbort(never, stop.signal);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('work that fails after nobody waits for it any more is no unhandled rejection', async () => {
  const work = Promise.withResolvers<never>();
  await expect(raceAbort(work.promise, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  work.reject(new Error('too late'));
  await new Promise((resolve) => setImmediate(resolve));
});
