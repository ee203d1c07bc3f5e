import { expect, test } from 'vitest';
import { rateLimit } from './client.ts';

test('a hundred messages may come at once, then fifty a second', () => {
  let now = 0;
  const allowed = rateLimit(() => now);
  const taken = (tries: number) => Array.from({ length: tries }, () => allowed()).filter(Boolean).length;
  expect(taken(150)).toBe(100);
  now += 1_000;
  expect(taken(80)).toBe(50);
  now += 3_600_000;
  expect(taken(150)).toBe(100);
});
