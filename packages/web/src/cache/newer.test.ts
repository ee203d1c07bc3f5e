import type { DownloadProgress, QueueStatus } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { newerProgress, newerVersion, replaceProgress, withoutProgress } from './newer.ts';

const sample = (lease_epoch: number, sample: number, id = 'a') => ({ id, lease_epoch, sample }) as DownloadProgress;

it('keeps the later sample of one lease, whichever arrives last', () => {
  expect(newerProgress(sample(1, 5), sample(1, 4))).toEqual(sample(1, 5));
  expect(newerProgress(sample(1, 5), sample(1, 6))).toEqual(sample(1, 6));
});

it('lets a new lease win although its samples count from the start', () => {
  expect(newerProgress(sample(1, 90), sample(2, 0))).toEqual(sample(2, 0));
  expect(newerProgress(sample(2, 0), sample(1, 91))).toEqual(sample(2, 0));
});

it('forgets what a snapshot no longer has, but not what is newer than it', () => {
  const known = { a: sample(1, 9), b: sample(1, 2, 'b') };
  expect(replaceProgress(known, [sample(1, 8)])).toEqual({ a: sample(1, 9) });
});

it('takes ended downloads away and leaves the same object when there is nothing to take', () => {
  const known = { a: sample(1, 9) };
  expect(withoutProgress(known, ['a'])).toEqual({});
  expect(withoutProgress(known, ['z'])).toBe(known);
});

it('never replaces a state by one of an older version', () => {
  const status = (version: number) => ({ version }) as QueueStatus;
  expect(newerVersion(status(4), status(3)).version).toBe(4);
  expect(newerVersion(status(4), status(5)).version).toBe(5);
});
