import type { DownloadProgress, QueueItem } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { throughput } from './throughput.ts';

const item = (id: string, bytes_total: number | null, bytes_done = 0) => ({ id, bytes_total, bytes_done }) as QueueItem;
const sample = (id: string, speed: number, bytes_done: number, bytes_total: number) =>
  ({ id, speed, bytes_done, bytes_total }) as DownloadProgress;

it('adds up the speeds and counts what waits at the known average size', () => {
  const progress = { a: sample('a', 10, 50, 100), b: sample('b', 30, 100, 300) };
  expect(throughput([item('a', 100), item('b', 300)], progress, 2)).toEqual({ speed: 40, eta: (50 + 200 + 400) / 40 });
});

it('gives no time left while nothing moves or no size is known', () => {
  expect(throughput([item('a', 100)], {}, 5)).toEqual({ speed: 0, eta: null });
  expect(throughput([item('a', null)], { a: { ...sample('a', 9, 1, 0), bytes_total: null } }, 0).eta).toBeNull();
});
