import { parseName } from '@aniworld/filename';
import { expect, it } from 'vitest';
import { indexTitles, matchEpisodes, matchSeries } from './match.ts';
import type { EpisodeNumbers } from './store/episode.ts';
import type { SeriesNames } from './store/series.ts';

const boats: SeriesNames = { id: 'boats', title: 'Paper Boat Post', year: 2021, synonyms: ['Kamibune'] };
const noodles: SeriesNames = { id: 'noodles', title: 'Moonlit Noodles', year: 2024, synonyms: [] };
const oldRow: SeriesNames = { id: 'old', title: 'Lantern Row', year: 1999, synonyms: [] };
const newRow: SeriesNames = { id: 'new', title: 'Lantern Row', year: 2019, synonyms: [] };
const index = indexTitles([boats, noodles, oldRow, newRow]);

const seriesOf = (path: string) => matchSeries(parseName(path), index);

it.each([
  ['Paper.Boat.Post.S01E02.mkv', 'boats'],
  ['Kamibune - 05.mkv', 'boats'],
  ['paper boat post (2021)/Season 01/05.mkv', 'boats'],
  ['Paper Boat Post/Season 01/pbp S01E01.mkv', 'boats'],
  ['Lantern Row (2019) - S01E01.mkv', 'new'],
  ['Lantern Row (1999)/S01E01.mkv', 'old'],
])('finds the series of %s', (path, id) => {
  expect(seriesOf(path).found?.id).toBe(id);
});

it.each([
  ['Somebody Else S01E01.mkv', 'No series in the library is called “Somebody Else”.'],
  ['Lantern Row S01E01.mkv', 'Several series in the library are called “Lantern Row”; its name has no year.'],
  ['Paper Boat Post (1970) S01E01.mkv', 'The series called “Paper Boat Post” in the library is not the one of 1970.'],
  ['Moonlit Noodles/Paper Boat Post S01E01.mkv', 'Its name says “Paper Boat Post”, its folder “Moonlit Noodles”.'],
  ['Paper Boat Post.mkv', 'There is no episode number in its name.'],
  ['S01E01.mkv', 'There is no title in its name or folder.'],
  ['Paper Boat Post - NCOP1.mkv', 'It is an opening, not an episode.'],
  ['Paper Boat Post Movie 2.mkv', 'It is a film, not an episode.'],
  ['Paper.Boat.Post.S01E01.720p.WEB-GRP-sample.mkv', 'It is a sample of an episode.'],
  ['Paper Boat Post - 2021-03-09.mkv', 'Its name has a day, 2021-03-09, and no number.'],
  ['Paper Boat Post - 01b.mkv', 'Its number, 01b, is only a part of an episode or a variant of one.'],
  ['Paper Boat Post S2 [1080p].mkv', 'It names a season and no episode.'],
])('says why it finds none for %s', (path, reason) => {
  expect(seriesOf(path)).toEqual({ found: null, reason });
});

const numbers = (rows: [season: number, episode: number, absolute?: number][]): EpisodeNumbers[] =>
  rows.map(([season, episode, absolute]) => ({
    id: `s${season}e${episode}`,
    series_id: 'boats',
    season,
    episode,
    absolute: absolute ?? null,
    provider_ref: '',
  }));

const twoSeasons = numbers([
  [0, 1],
  [1, 1],
  [1, 2],
  [2, 1],
]);
const oneSeason = numbers([
  [0, 1],
  [1, 1],
  [1, 2],
]);
const counted = numbers([
  [1, 1, 1],
  [1, 2, 2],
  [2, 1, 3],
  [2, 2, 4],
]);
const twice = numbers([
  [1, 1, 1],
  [2, 1, 1],
]);

it.each([
  ['by season and number', 'X S02E01.mkv', twoSeasons, ['s2e1'], 'season 2, episode 1'],
  ['by several numbers', 'X S01E01-E02.mkv', twoSeasons, ['s1e1', 's1e2'], 'season 1, episode 1, 2'],
  ['by the only season there is', 'X - 02.mkv', oneSeason, ['s1e2'], 'season 1, episode 2'],
  ['by the number over all seasons', 'X - 03.mkv', counted, ['s2e1'], 'number 3, counted over all seasons'],
  ['by the number of a special', 'X - SP1.mkv', twoSeasons, ['s0e1'], 'season 0, episode 1'],
  ['by a season that goes on counting', 'X/Season 2/04.mkv', counted, ['s2e2'], 'season 2, number 4 over all seasons'],
])('finds episodes %s', (_, path, episodes, found, reason) => {
  expect(matchEpisodes(parseName(path), boats, episodes)).toEqual({ found, reason });
});

it.each([
  ['without a season when there are several', 'X - 02.mkv', twoSeasons],
  ['of which one is unknown', 'X S01E02-E03.mkv', twoSeasons],
  ['that two episodes claim', 'X - 01.mkv', twice],
  ['of another season than the one it names', 'X S01E03.mkv', counted],
  ['of a series without episodes', 'X - 01.mkv', []],
])('finds no episode for a number %s', (_, path, episodes) => {
  expect(matchEpisodes(parseName(path), boats, episodes).found).toBeNull();
});
