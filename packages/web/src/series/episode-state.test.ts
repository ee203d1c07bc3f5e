import type { Episode, QueueItem } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { episodeState, itemsByEpisode, seasonsOf } from './episode-state.ts';

const episode = (fields: Partial<Episode> = {}) =>
  ({ season: 1, episode: 1, file: null, missing: true, ...fields }) as Episode;
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
