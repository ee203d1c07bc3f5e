import { type DownloadProgress, type Event, queue } from '@aniworld/contracts';
import { expect, test } from 'vitest';
import { createDownloads } from './downloads.ts';

const progress = (id: string, lease_epoch: number, sample: number): DownloadProgress => ({
  ...{ id, lease_epoch, sample, series_id: 's', episode_id: 'e', state: 'downloading', worker: 'w' },
  ...{ bytes_done: sample, bytes_total: 100, percent: sample, speed: 1, eta: 1 },
});
const change = (kind: string, ids: string[], count = ids.length): [Event, unknown] => [
  queue.changed,
  { status: null, change: { kind, ids, count, items: [] } },
];

test('an older sample, or one of an older lease, never replaces a newer one', () => {
  const downloads = createDownloads();
  expect(downloads.progress(progress('a', 1, 5))).toBe(true);
  expect(downloads.progress(progress('a', 1, 5))).toBe(false);
  expect(downloads.progress(progress('a', 1, 4))).toBe(false);
  expect(downloads.progress(progress('a', 2, 1))).toBe(true);
  expect(downloads.progress(progress('a', 1, 9))).toBe(false);
  expect(downloads.active()).toEqual([progress('a', 2, 1)]);
});

test.each(['requeued', 'completed', 'failed', 'cancelled', 'removed'])(
  'an item that was %s runs no more, also when its last progress is late',
  (kind) => {
    const downloads = createDownloads();
    downloads.progress(progress('a', 1, 1));
    downloads.progress(progress('b', 1, 1));
    expect(downloads.note(...change(kind, ['a']))).toEqual(['a']);
    expect(downloads.progress(progress('a', 1, 2))).toBe(false);
    expect(downloads.active().map((entry) => entry.id)).toEqual(['b']);
    // Another worker has taken it.
    expect(downloads.progress(progress('a', 2, 1))).toBe(true);
    expect(downloads.active().map((entry) => entry.id)).toEqual(['b', 'a']);
  },
);

test('its completion ends it as well', () => {
  const downloads = createDownloads();
  downloads.progress(progress('a', 1, 1));
  expect(downloads.note(queue.completed, { item: { id: 'a' } })).toEqual(['a']);
  expect(downloads.active()).toEqual([]);
});

test('changes that don’t end anything leave what runs alone', () => {
  const downloads = createDownloads();
  downloads.progress(progress('a', 1, 1));
  for (const kind of ['added', 'started', 'moved', 'priority'])
    expect(downloads.note(...change(kind, ['a']))).toEqual([]);
  expect(downloads.active()).toHaveLength(1);
});

test('after a change of more items than it names, those that still run are back with their next progress', () => {
  const downloads = createDownloads();
  downloads.progress(progress('a', 1, 1));
  downloads.note(...change('removed', [], 5_000));
  expect(downloads.active()).toEqual([]);
  expect(downloads.progress(progress('a', 1, 2))).toBe(true);
  expect(downloads.active()).toHaveLength(1);
});

test('what has been silent for half a minute is forgotten, and there are never more than a thousand', () => {
  let now = 0;
  const downloads = createDownloads(() => now);
  downloads.progress(progress('old', 1, 1));
  now = 29_000;
  downloads.progress(progress('new', 1, 1));
  now = 31_000;
  expect(downloads.active().map((entry) => entry.id)).toEqual(['new']);
  for (let n = 0; n < 2_000; n += 1) downloads.progress(progress(`item ${n}`, 1, 1));
  expect(downloads.active()).toHaveLength(1_000);
  expect(downloads.active().at(-1)?.id).toBe('item 1999');
});
