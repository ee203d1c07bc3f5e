import type { Resolved } from '@aniworld/contracts';
import { expect, test } from 'vitest';
import { episodeNfo, isOurs, seriesNfo } from './nfo.ts';

const names: Resolved['names'] = {
  series: 'Tom & Ada <live>',
  year: 2024,
  season: 1,
  episode: 4,
  absolute: null,
  title: 'a\0b\u0007c',
  air_date: '2024-05-31',
  tvdb_id: 7,
  anilist_id: 9,
};
const about = { series_plot: 'All of it', plot: 'This one', duration: 1_431 };

test('an episode says what it is', () => {
  const text = episodeNfo({ names, about });
  for (const line of [
    '<title>abc</title>',
    '<showtitle>Tom &amp; Ada &lt;live&gt;</showtitle>',
    '<season>1</season>',
    '<episode>4</episode>',
    '<aired>2024-05-31</aired>',
    '<plot>This one</plot>',
    '<runtime>24</runtime>',
  ])
    expect(text).toContain(line);
});

test('a series carries its numbers elsewhere, the first as the one to go by', () => {
  const text = seriesNfo({ names, about });
  expect(text).toContain('<uniqueid type="tvdb" default="true">7</uniqueid>');
  expect(text).toContain('<uniqueid type="anilist">9</uniqueid>');
  expect(text).toMatch(/<tvshow>[^]*<plot>All of it<\/plot>[^]*<\/tvshow>/);
});

test('what is not known leaves no element', () => {
  const { tvdb_id: _, anilist_id: __, air_date: ___, ...few } = names;
  expect(seriesNfo({ names: { ...few, year: null } })).not.toMatch(/uniqueid|plot|year/);
  expect(episodeNfo({ names: few })).not.toMatch(/aired|plot|runtime/);
});

test('ours are told from others', () => {
  expect(isOurs(seriesNfo({ names }))).toBe(true);
  expect(isOurs('<tvshow><title>Mine</title></tvshow>')).toBe(false);
});
