import { expect, it } from 'vitest';
import { mergeEpisodes } from './merge.ts';
import type { EpisodeFacts } from './provider.ts';
import type { EpisodeNumbers } from './store/episode.ts';

const found = (ref: string, season: number, episode: number, numbered = true): EpisodeFacts => ({
  ref,
  season,
  episode,
  numbered,
  absolute: null,
  title: ref,
  overview: null,
  air_date: null,
  duration: null,
});
const known = (ref: string, season: number, episode: number): EpisodeNumbers => ({
  id: `id-${ref}`,
  series_id: 'series',
  season,
  episode,
  absolute: null,
  air_date: null,
  provider_ref: ref,
});
/** `ref season×episode`, known ones with their id before. */
const shown = ({ added, kept }: ReturnType<typeof mergeEpisodes>) => [
  ...kept.map(({ id, row }) => `${id}: ${row.provider_ref} ${row.season}x${row.episode}`),
  ...added.map((row) => `${row.provider_ref} ${row.season}x${row.episode}`),
];

it('adds what is new under the numbers that the source gives', () => {
  expect(shown(mergeEpisodes([], [found('a', 1, 1), found('b', 0, 1)]))).toEqual(['a 1x1', 'b 0x1']);
});

it('keeps an episode’s number when older items have left the feed', () => {
  const before = [known('a', 1, 1), known('b', 1, 2), known('c', 1, 3)];
  const now = [found('c', 1, 1, false), found('d', 1, 2, false)];
  expect(shown(mergeEpisodes(before, now))).toEqual(['id-c: c 1x3', 'd 1x4']);
});

it('knows an episode by its number when the source has given it another reference', () => {
  expect(shown(mergeEpisodes([known('old', 1, 2)], [found('new', 1, 2)]))).toEqual(['id-old: new 1x2']);
});

it('follows the source when it corrects a number that is free', () => {
  expect(shown(mergeEpisodes([known('a', 1, 1)], [found('a', 1, 7)]))).toEqual(['id-a: a 1x7']);
});

it('follows the source when it moves the numbers of a season, and says so', () => {
  const before = [known('a', 1, 1), known('b', 1, 2), known('c', 1, 3)];
  const now = [found('special', 1, 1), found('a', 1, 2), found('b', 1, 3), found('c', 1, 4)];
  const merged = mergeEpisodes(before, now);
  expect(shown(merged)).toEqual(['id-a: a 1x2', 'id-b: b 1x3', 'id-c: c 1x4', 'special 1x1']);
  expect(
    merged.renumbered.map(({ episode_id, old_episode, new_episode }) => [episode_id, old_episode, new_episode]),
  ).toEqual([
    ['id-a', 1, 2],
    ['id-b', 2, 3],
    ['id-c', 3, 4],
  ]);
});

it('lets two episodes change places', () => {
  const before = [known('a', 1, 1), known('b', 1, 2)];
  expect(shown(mergeEpisodes(before, [found('a', 1, 2), found('b', 1, 1)]))).toEqual(['id-a: a 1x2', 'id-b: b 1x1']);
});

it('says nothing of numbers that stay', () => {
  expect(mergeEpisodes([known('a', 1, 1)], [found('a', 1, 1)]).renumbered).toEqual([]);
});

it('never gives one number to two episodes', () => {
  const before = [known('a', 1, 1), known('b', 1, 2)];
  const now = [found('b', 1, 1), found('c', 1, 2), found('d', 1, 3, false)];
  const numbers = shown(mergeEpisodes(before, now)).map((text) => text.split(' ').at(-1));
  expect(new Set([...numbers, '1x1']).size).toBe(4);
});

it('gives counted numbers after those that the source gives', () => {
  expect(shown(mergeEpisodes([], [found('extra', 1, 1, false), found('one', 1, 1)]))).toEqual(['one 1x1', 'extra 1x2']);
});
