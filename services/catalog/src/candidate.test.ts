import { parseName } from '@aniworld/filename';
import { expect, it } from 'vitest';
import { indexLikeness, likeSeries } from './candidate.ts';
import type { SeriesNames } from './store/series.ts';

const series = (id: string, title: string, more: Partial<SeriesNames> = {}): SeriesNames => ({
  ...{ id, title, year: null, synonyms: [], links: {} },
  ...more,
});
const index = indexLikeness([
  series('boats', 'Paper Boat Post', { links: { tvdb: '71' } }),
  series('old', 'Lantern Row', { year: 1999 }),
  series('new', 'Lantern Row', { year: 2019 }),
  series('lamp', 'Lantern Street'),
  series('moon', '月夜の麺'),
]);
const like = (path: string) => likeSeries(parseName(path), index).map((one) => one.series.id);

it.each([
  ['Papper Boat Post - 05.mkv', ['boats']],
  ['Lantern Row (2019) S01E01.mkv', ['new', 'old', 'lamp']],
  ['Something {tvdb-71}/S01E01.mkv', ['boats']],
  ['月夜 - 01.mkv', ['moon']],
  ['Nothing Alike - 05.mkv', []],
  ['05.mkv', []],
])('offers for %s %j', (path, ids) => {
  expect(like(path)).toEqual(ids);
});

it('offers five at most', () => {
  const many = indexLikeness(Array.from({ length: 9 }, (_, at) => series(`s${at}`, `Lantern ${at}`)));
  expect(likeSeries(parseName('Lantern - 05.mkv'), many)).toHaveLength(5);
});
