import type { QueueItem, WantedEpisode } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { type ListedPages, withStandings } from './standing-patch.ts';

const pagesOf = (...episodes: Partial<WantedEpisode>[]) =>
  ({
    pages: [{ items: episodes.map((one) => ({ failures: 0, ...one })), next_cursor: null }],
    pageParams: [],
  }) as never;
const told = (item: Partial<QueueItem>) =>
  new Map([['a', { episode_id: 'a', error_cause: null, error_detail: null, ...item } as QueueItem]]);
const standings = (pages: ListedPages) => pages.pages.flatMap((page) => page.items.map((one) => one.standing));

it('follows the queue: waiting, running, failed, and nobody offers it', () => {
  const pages = pagesOf({ episode_id: 'a', standing: 'never_queued' }, { episode_id: 'b', standing: 'failed' });
  expect(standings(withStandings(pages, told({ state: 'pending' })))).toEqual(['queued', 'failed']);
  expect(standings(withStandings(pages, told({ state: 'downloading' })))[0]).toBe('downloading');
  const failed = withStandings(pages, told({ state: 'failed', error_cause: 'stalled', error_detail: 'No bytes.' }));
  expect(failed.pages[0]?.items[0]).toMatchObject({ standing: 'failed', cause: 'stalled', detail: 'No bytes.' });
  expect(standings(withStandings(pages, told({ state: 'failed', error_cause: 'gone' })))[0]).toBe('no_source');
});

it('keeps a file that is there, and what was downloaded until the library tells of its file', () => {
  const there = pagesOf({ episode_id: 'a', standing: 'has_file' });
  expect(standings(withStandings(there, told({ state: 'failed' })))).toEqual(['has_file']);
  const running = pagesOf({ episode_id: 'a', standing: 'downloading' });
  expect(standings(withStandings(running, told({ state: 'completed' })))).toEqual(['downloading']);
});

it('gives the same pages back where no episode is in them', () => {
  const pages = pagesOf({ episode_id: 'b', standing: 'failed' });
  expect(withStandings(pages, told({ state: 'pending' }))).toBe(pages);
});
