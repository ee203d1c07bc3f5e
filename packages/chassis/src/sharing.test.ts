import { expect, test } from 'vitest';
import { gathering, sharing } from './sharing.ts';

test('who asks while work runs gets the result of the next run, together with all others who do', async () => {
  const runs: PromiseWithResolvers<number>[] = [];
  const ask = sharing(() => {
    const run = Promise.withResolvers<number>();
    runs.push(run);
    return run.promise;
  });
  const [first, second, third] = [ask(), ask(), ask()];
  expect(runs).toHaveLength(1);
  runs[0]!.reject(new Error('once'));
  await expect(first).rejects.toThrow('once');
  await expect.poll(() => runs.length).toBe(2);
  const fourth = ask();
  runs[1]!.resolve(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
  await expect.poll(() => runs.length).toBe(3);
  runs[2]!.resolve(3);
  expect(await fourth).toBe(3);
});

test('a call that fails fails for those who shared it alone', async () => {
  let calls = 0;
  const ask = sharing(async () => {
    calls += 1;
    if (calls === 1) throw new Error('away');
    return calls;
  });
  const [first, second] = [ask(), ask()];
  await expect(first).rejects.toThrow('away');
  await expect(second).resolves.toBe(2);
  await expect(ask()).resolves.toBe(3);
});

test('what comes at once is worked on together, up to the limit, and answered in its order', async () => {
  const groups: number[][] = [];
  const double = gathering(3, async (all: number[]) => {
    groups.push(all);
    return all.map((one) => 2 * one);
  });
  expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
  expect(await double(5)).toBe(10);
  expect(groups).toEqual([[1, 2, 3], [4], [5]]);
});

test('one whose work fails costs the others of its group nothing', async () => {
  const half = gathering(10, async (all: number[]) => {
    if (all.includes(3)) throw new Error('three is odd');
    return all.map((one) => one / 2);
  });
  const [two, three, four] = await Promise.allSettled([2, 3, 4].map(half));
  expect(two).toMatchObject({ value: 1 });
  expect(three).toMatchObject({ reason: { message: 'three is odd' } });
  expect(four).toMatchObject({ value: 2 });
});

test('between two runs lies the gap that was asked for, unless as many wait as one run takes', async () => {
  const begun: number[] = [];
  const ask = gathering(
    2,
    async (all: number[]) => {
      begun.push(performance.now());
      return all;
    },
    50,
  );
  await ask(1);
  await ask(2);
  await Promise.all([ask(3), ask(4)]);
  await ask(5);
  const gaps = begun.slice(1).map((at, i) => at - begun[i]!);
  expect(gaps).toHaveLength(3);
  expect(gaps[0]).toBeGreaterThan(45);
  expect(gaps[1]).toBeLessThan(45);
  expect(gaps[2]).toBeGreaterThan(45);
});
