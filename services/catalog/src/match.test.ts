import { expect, it } from 'vitest';
import { parseFileName } from './filename.ts';
import { indexTitles, matchEpisodes, matchSeries } from './match.ts';
import type { EpisodeNumbers } from './store/episode.ts';
import type { SeriesNames } from './store/series.ts';

const boats: SeriesNames = { id: 'boats', title: 'Paper Boat Post', year: 2021, synonyms: ['Kamibune'] };
const noodles: SeriesNames = { id: 'noodles', title: 'Moonlit Noodles', year: 2024, synonyms: [] };
const oldRow: SeriesNames = { id: 'old', title: 'Lantern Row', year: 1999, synonyms: [] };
const newRow: SeriesNames = { id: 'new', title: 'Lantern Row', year: 2019, synonyms: [] };
const index = indexTitles([boats, noodles, oldRow, newRow]);

const seriesOf = (path: string) => matchSeries(parseFileName(path), index);

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
  ['by a season that goes on counting', 'X/Season 2/04.mkv', counted, ['s2e2'], 'season 2, number 4 over all seasons'],
])('finds episodes %s', (_, path, episodes, found, reason) => {
  expect(matchEpisodes(parseFileName(path), boats, episodes)).toEqual({ found, reason });
});

it.each([
  ['without a season when there are several', 'X - 02.mkv', twoSeasons],
  ['of which one is unknown', 'X S01E02-E03.mkv', twoSeasons],
  ['that two episodes claim', 'X - 01.mkv', twice],
  ['of another season than the one it names', 'X S01E03.mkv', counted],
  ['of a series without episodes', 'X - 01.mkv', []],
])('finds no episode for a number %s', (_, path, episodes) => {
  expect(matchEpisodes(parseFileName(path), boats, episodes).found).toBeNull();
});
