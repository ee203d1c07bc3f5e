import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPace } from './pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first goes at once, then the newest of each gap, and the last one is never lost', () => {
  const given: [number, number][] = [];
  const start = Date.now();
  using pace = createPace<number>(250, (value) => given.push([Date.now() - start, value]));
  for (let n = 1; n <= 100; n += 1) {
    pace.offer('a', n);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(1_000);
  expect(given.map(([at]) => at)).toEqual([0, 250, 500, 750, 1_000]);
  expect(given.map(([, value]) => value)).toEqual([1, 25, 50, 75, 100]);
  pace.offer('a', 101);
  expect(given.at(-1)?.[1]).toBe(101);
});

test('keys don’t hold each other up', () => {
  const given: string[] = [];
  using pace = createPace<string>(250, (value) => given.push(value));
  pace.offer('a', 'a1');
  pace.offer('b', 'b1');
  expect(given).toEqual(['a1', 'b1']);
});

test('what waits can be forgotten, and nothing is given after disposal', () => {
  const given: number[] = [];
  const pace = createPace<number>(250, (value) => given.push(value));
  pace.offer('a', 1);
  pace.offer('a', 2);
  pace.forget('a');
  pace.forget('unknown');
  vi.advanceTimersByTime(1_000);
  pace.offer('a', 3);
  pace.offer('a', 4);
  pace[Symbol.dispose]();
  vi.advanceTimersByTime(1_000);
  expect(given).toEqual([1, 3]);
  expect(vi.getTimerCount()).toBe(0);
});
