import type { Episode, QueueItem } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import {
  episodeState,
  isLong,
  itemsByEpisode,
  openAtFirst,
  type Season,
  seasonsOf,
  summaryOf,
} from './episode-state.ts';

const episode = (fields: Partial<Episode> = {}) =>
  ({ season: 1, episode: 1, file: null, monitored: true, missing: true, ...fields }) as Episode;
const item = (fields: Partial<QueueItem>) => ({ episode_id: 'e', added_at: '2026-01-01', ...fields }) as QueueItem;

it('shows what the queue does with an episode before anything else', () => {
  expect(episodeState(episode(), item({ state: 'downloading' }))).toBe('downloading');
  expect(episodeState(episode(), item({ state: 'pending' }))).toBe('pending');
});

it('shows a file that is there although a download of it has failed', () => {
  const file = { path: 'a', size: 1, modified_at: '', match: '' };
  expect(episodeState(episode({ file, missing: false }), item({ state: 'failed' }))).toBe('onDisk');
  expect(episodeState(episode(), item({ state: 'failed' }))).toBe('failed');
});

it('tells what has not aired from what is missing', () => {
  expect(episodeState(episode({ missing: false }), undefined)).toBe('upcoming');
  expect(episodeState(episode(), item({ state: 'cancelled' }))).toBe('missing');
});

it('tells what nobody wants from what is not out yet', () => {
  expect(episodeState(episode({ monitored: false, missing: false }), undefined)).toBe('unmonitored');
  expect(episodeState(episode({ monitored: false, missing: false }), item({ state: 'pending' }))).toBe('pending');
});

it('takes an open item before finished ones, then the newest', () => {
  const open = item({ id: 'open', state: 'pending' });
  const old = item({ id: 'old', state: 'failed', added_at: '2025-01-01' });
  const recent = item({ id: 'new', state: 'completed', added_at: '2026-02-01' });
  expect(itemsByEpisode([recent, open, old]).get('e')?.id).toBe('open');
  expect(itemsByEpisode([old, recent]).get('e')?.id).toBe('new');
});

it('puts specials after the seasons', () => {
  const seasons = seasonsOf([episode({ season: 0 }), episode({ season: 2 }), episode({ episode: 2 }), episode()]);
  expect(seasons.map((season) => season.number)).toEqual([1, 2, 0]);
  expect(seasons[0]?.episodes.map((one) => one.episode)).toEqual([1, 2]);
});

const season = (number: number, count: number, fields: Partial<Episode> = {}): Season => ({
  number,
  episodes: Array.from({ length: count }, (_, index) =>
    episode({ season: number, episode: index + 1, missing: false, ...fields }),
  ),
});

it('unfolds all of a few seasons, and of many the first and those with gaps', () => {
  expect([...openAtFirst([season(1, 12), season(2, 12)])]).toEqual([1, 2]);
  const many = [season(1, 12), season(2, 12), season(3, 12, { missing: true }), season(4, 12)];
  expect([...openAtFirst(many)]).toEqual([1, 3]);
  expect(openAtFirst([])).toEqual(new Set());
});

it('unfolds only the first season with a gap where there are many episodes', () => {
  const long = Array.from({ length: 50 }, (_, index) => season(index + 1, 26, { missing: index > 2 }));
  expect([...openAtFirst(long)]).toEqual([4]);
  expect([isLong(long), isLong([season(1, 24)])]).toEqual([true, false]);
});

it('counts what a season has, lacks and wants', () => {
  const file = { path: 'a', size: 1, modified_at: '', match: '' };
  const episodes = [episode({ file, missing: false }), episode(), episode({ monitored: false, missing: false })];
  expect(summaryOf({ number: 2, episodes })).toEqual({
    season: 2,
    episode_count: 3,
    file_count: 1,
    missing_count: 1,
    monitored_count: 2,
  });
});
