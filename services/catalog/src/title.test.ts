import { expect, it } from 'vitest';
import { normaliseTitle, rankTitle, searchText, sortTitle } from './title.ts';

it.each([
  ['Paper Boat Post', 'paper.boat_post'],
  ['Pokémon', 'POKEMON'],
  ['Tom & Nell', 'Tom and Nell'],
  ["The Carrier's Tide", 'The Carriers Tide'],
  ['Lantern × Lantern', 'Lantern x Lantern'],
  ['Lantern Row (2019)', 'Lantern Row'],
  ['ＬＡＮＴＥＲＮ', 'lantern'],
])('takes %s and %s for the same title', (one, other) => {
  expect(normaliseTitle(one)).toBe(normaliseTitle(other));
});

it.each([
  ['かき', 'がき'],
  ['Harbour 2', 'Harbour 3'],
  ['Harbour', 'Harbours'],
])('keeps %s and %s apart', (one, other) => {
  expect(normaliseTitle(one)).not.toBe(normaliseTitle(other));
});

it('never makes a title empty', () => {
  expect(normaliseTitle('!!!')).toBe('!!!');
  expect(sortTitle('…')).not.toBe('');
});

it('sorts without regard to case, accents and leading signs', () => {
  const titles = ['«Zebra»', 'émile', 'Apple', 'banana'];
  expect(titles.toSorted((a, b) => (sortTitle(a) < sortTitle(b) ? -1 : 1))).toEqual([
    'Apple',
    'banana',
    'émile',
    '«Zebra»',
  ]);
});

it('ranks a whole title before its beginning, a part of it, and its words in another order', () => {
  const ranks = ['Paper Boat', 'Paper Boat Post', 'The Paper Boat', 'A Boat of Paper'].map((title) =>
    rankTitle('paper boat', [title]),
  );
  expect(ranks).toEqual([0, 1, 2, 3]);
  expect(rankTitle('paper boat', ['Noodles'])).toBeNull();
});

it('finds a series by any of its titles', () => {
  expect(rankTitle('kamibune', ['Paper Boat Post', 'Kamibune Yubinkyoku'])).toBe(1);
  expect(searchText(['Paper Boat Post', 'Café'])).toContain('cafe');
});
