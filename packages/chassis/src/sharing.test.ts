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
