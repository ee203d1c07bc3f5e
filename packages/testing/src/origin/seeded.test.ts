import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { seededBytes, seededSha256 } from './seeded.ts';

test('any range of a seed is the same as that part of the whole', () => {
  const whole = seededBytes('ranges', 0, 600_000);
  for (const [from, to] of [
    [0, 1],
    [15, 17],
    [16, 32],
    [1, 600_000],
    [262_143, 262_145],
    [599_999, 600_000],
    [7, 7],
  ] as const) {
    expect(seededBytes('ranges', from, to).equals(whole.subarray(from, to))).toBe(true);
  }
});

test('bytes far beyond four gigabytes are as near as the first', () => {
  const far = 5_000_000_000_000;
  expect(seededBytes(1, far + 3, far + 40).equals(seededBytes(1, far, far + 40).subarray(3))).toBe(true);
  expect(seededBytes(1, far, far + 32).equals(seededBytes(1, far % 2 ** 32, (far % 2 ** 32) + 32))).toBe(false);
});

test('another seed gives other bytes, and the same seed the same in every run', () => {
  expect(seededBytes('a', 0, 32).equals(seededBytes('b', 0, 32))).toBe(false);
  expect(seededBytes('a', 0, 16).toString('hex')).toBe('20e145c8d15a9d003c99a697ee81bb6b');
});

test('the hash is that of the bytes', () => {
  const hash = (size: number) =>
    createHash('sha256')
      .update(seededBytes(7, 0, size))
      .digest('hex');
  for (const size of [0, 1, 262_144, 300_001]) expect(seededSha256(7, size)).toBe(hash(size));
});
