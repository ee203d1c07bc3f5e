import { parseName } from '@aniworld/filename';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { indexTitles, matchSeries } from './match.ts';
import { matchEpisodes } from './numbers.ts';
import type { EpisodeNumbers } from './store/episode.ts';
import type { SeriesNames } from './store/series.ts';

const boats: SeriesNames = {
  id: 'boats',
  title: 'Paper Boat Post',
  year: 2021,
  synonyms: ['Kamibune'],
  links: { tvdb: '71', anidb: '5' },
};
const noodles: SeriesNames = { id: 'noodles', title: 'Moonlit Noodles', year: 2024, synonyms: [], links: {} };
const oldRow: SeriesNames = { id: 'old', title: 'Lantern Row', year: 1999, synonyms: [], links: { tvdb: '90' } };
const newRow: SeriesNames = { id: 'new', title: 'Lantern Row', year: 2019, synonyms: [], links: { tvdb: '90' } };
const index = indexTitles([boats, noodles, oldRow, newRow]);

const seriesOf = (path: string) => matchSeries(parseName(path), index);

it.each([
  ['Paper.Boat.Post.S01E02.mkv', 'boats'],
  ['Kamibune - 05.mkv', 'boats'],
  ['paper boat post (2021)/Season 01/05.mkv', 'boats'],
  ['Paper Boat Post/Season 01/pbp S01E01.mkv', 'boats'],
  ['Lantern Row (2019) - S01E01.mkv', 'new'],
  ['Lantern Row (1999)/S01E01.mkv', 'old'],
  ['Lantern Row (1999)/Lantern Row - S01E01.mkv', 'old'],
  ['Whatever Else {tvdb-71}/Season 01/05.mkv', 'boats'],
  ['Paper Boat Post [anidb-5]/Season 01/05.mkv', 'boats'],
  ['Paper Boat Post [tvdbid-71] [anidb-5]/Season 01/05.mkv', 'boats'],
  ['Lantern Row (2019) {tvdb-90}/Season 01/05.mkv', 'new'],
  ['Moonlit Noodles {tvdb-999}/Season 01/05.mkv', 'noodles'],
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
  ['Paper Boat Post - 01b.mkv', 'Its number, 01b, is only a part of an episode or a variant of one.'],
  ['Paper Boat Post S2 [1080p].mkv', 'It names a season and no episode.'],
])('says why it finds none for %s', (path, reason) => {
  expect(seriesOf(path)).toMatchObject({ found: null, reason });
});

it.each([
  ['Lantern Row S01E01.mkv', 'Several series in the library are called “Lantern Row”; its name has no year.'],
  ['Moonlit Noodles/Paper Boat Post S01E01.mkv', 'Its name says “Paper Boat Post”, its folder “Moonlit Noodles”.'],
  ['Lantern Row {tvdb-90}/S01E01.mkv', 'Several series in the library are tvdb 90.'],
  ['Moonlit Noodles {tvdb-71}/S01E01.mkv', 'Its id, tvdb 71, says “Paper Boat Post”, its name “Moonlit Noodles”.'],
  ['X {tvdb-90} {anidb-5}/S01E01.mkv', 'Several series in the library are tvdb 90 and anidb 5.'],
])('knows that more than one series fits %s', (path, reason) => {
  expect(seriesOf(path)).toEqual({ found: null, reason, ambiguous: true });
});

it.each([
  ['Paper Boat Post S01E01.mkv', false],
  ['Paper Boat Post (2021) S01E01.mkv', true],
  ['Paper Boat Post/Paper Boat Post S01E01.mkv', true],
  ['Else {tvdb-71}/S01E01.mkv', true],
])('knows whether more than a title says so in %s', (path, sure) => {
  expect(seriesOf(path)).toMatchObject({ sure });
});

it('takes no title for a series that has another id', () => {
  expect(seriesOf('Paper Boat Post {tvdb-72}/S01E01.mkv')).toEqual({
    found: null,
    reason: 'Its id is tvdb 72, and “Paper Boat Post” is 71 there.',
    ambiguous: false,
  });
});

it('finds at most one series whatever a name says, and the same in whatever order they are added', () => {
  const word = fc.constantFrom(
    'Paper',
    'Boat',
    'Post',
    'Lantern',
    'Row',
    'Moonlit',
    'Noodles',
    '2019',
    '- 05',
    'S01E02',
    '{tvdb-90}',
    '[anidb-5]',
    '/',
    '(1999)',
    'x',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 10 }), fc.string({ unit: 'grapheme' }), (words, noise) => {
      const parsed = parseName(`${words.join(' ')}${noise}.mkv`);
      const one = matchSeries(parsed, index);
      expect(matchSeries(parsed, indexTitles([newRow, noodles, oldRow, boats]))).toEqual(one);
      if (one.found) expect([boats, noodles, oldRow, newRow]).toContain(one.found);
    }),
    { numRuns: 2_000 },
  );
});

const numbers = (rows: [season: number, episode: number, absolute?: number, day?: string][]): EpisodeNumbers[] =>
  rows.map(([season, episode, absolute, day]) => ({
    id: `s${season}e${episode}`,
    series_id: 'boats',
    season,
    episode,
    absolute: absolute ?? null,
    air_date: day ?? null,
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
const daily = numbers([
  [1, 1, undefined, '2024-05-01'],
  [1, 2, undefined, '2024-05-02'],
  [1, 3, undefined, '2024-05-02'],
]);
const long = numbers(Array.from({ length: 40 }, (_, at) => [1, at + 1]));
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
  ['by the day of its broadcast', 'X - 2024-05-01.mkv', daily, ['s1e1'], 'broadcast on 2024-05-01'],
  ['by both counts', 'X - S02E01 - 003.mkv', counted, ['s2e1'], 'season 2, episode 1'],
  ['by a season that goes on counting', 'X/Season 2/04.mkv', counted, ['s2e2'], 'season 2, number 4 over all seasons'],
])('finds episodes %s', (_, path, episodes, found, reason) => {
  expect(matchEpisodes(parseName(path), boats, episodes)).toMatchObject({ found, reason });
});

it.each([
  ['without a season when there are several', 'X - 02.mkv', twoSeasons],
  ['of which one is unknown', 'X S01E02-E03.mkv', twoSeasons],
  ['that two episodes claim', 'X - 01.mkv', twice],
  ['of another season than the one it names', 'X S01E03.mkv', counted],
  ['of a series without episodes', 'X - 01.mkv', []],
  ['of a day on which two were broadcast', 'X - 2024-05-02.mkv', daily],
  ['that goes with no other in one file', 'X S01E01E03.mkv', oneSeason],
  ['of a whole shelf', 'X - 01-40.mkv', long],
  ['that says another episode than the other count', 'X - S02E01 - 004.mkv', counted],
])('finds no episode for a number %s', (_, path, episodes) => {
  expect(matchEpisodes(parseName(path), boats, episodes).found).toBeNull();
});

it('gives a file a run of at most 26 episodes, whatever its name says', () => {
  const number = fc.integer({ min: 0, max: 60 });
  const name = fc.array(
    fc.oneof(
      number.map((n) => `E${String(n).padStart(2, '0')}`),
      number.map((n) => `-${n}`),
      number.map(String),
    ),
    {
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(name, fc.constantFrom('X S01', 'X - ', 'X ', 'X 12 '), (parts, title) => {
      const { found } = matchEpisodes(parseName(`${title}${parts.join('')}.mkv`), boats, long);
      const at = (found ?? []).map((id) => Number(id.slice(3)));
      expect(at.length).toBeLessThanOrEqual(26);
      expect(at).toEqual(at.map((_, place) => at[0]! + place));
    }),
    { numRuns: 2_000 },
  );
});
