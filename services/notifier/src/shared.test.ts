import { expect, test } from 'vitest';
import { shared } from './shared.ts';

test('those who ask while a call is under way share the next one, which begins after it', async () => {
  const calls: PromiseWithResolvers<number>[] = [];
  const ask = shared(() => {
    const call = Promise.withResolvers<number>();
    calls.push(call);
    return call.promise;
  });
  const first = ask();
  const [second, third] = [ask(), ask()];
  expect(calls).toHaveLength(1);
  calls[0]?.resolve(1);
  expect(await first).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toHaveLength(2);
  calls[1]?.resolve(2);
  expect([await second, await third]).toEqual([2, 2]);
});

test('a call that fails fails for those who shared it alone', async () => {
  let calls = 0;
  const ask = shared(async () => {
    calls += 1;
    if (calls === 1) throw new Error('away');
    return calls;
  });
  const [first, second] = [ask(), ask()];
  await expect(first).rejects.toThrow('away');
  await expect(second).resolves.toBe(2);
  await expect(ask()).resolves.toBe(3);
});
