import { expect, test } from 'vitest';
import { createBucket } from './bucket.ts';

test('a bucket lets a quarter of a second’s bytes through at once and the rest at its rate', () => {
  let now = 0;
  const bucket = createBucket(1_000, () => now);
  now = 10_000;
  expect(bucket.take(250)).toBe(0);
  expect(bucket.take(500)).toBe(500);
  expect(bucket.take(500)).toBe(1_000);
  now += 1_000;
  expect(bucket.take(100)).toBe(100);
});

test('a bucket without a rate lets everything through, and takes on a rate at once', () => {
  const bucket = createBucket(null, () => 0);
  expect(bucket.take(1e12)).toBe(0);
  bucket.rate = 100;
  expect(bucket.take(125)).toBe(1_250);
});
