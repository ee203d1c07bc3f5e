import { expect, it } from 'vitest';
import type { FeedDocument, FeedItem } from './document.ts';
import { numberItems, seriesOfFeed } from './series.ts';

const item = (guid: string, day: number | null, rest: Partial<FeedItem> = {}): FeedItem => ({
  guid,
  title: guid,
  description: null,
  published: day === null ? null : Date.UTC(2024, 0, day),
  season: null,
  episode: null,
  extra: false,
  duration: null,
  image: null,
  enclosure: { url: `https://feeds.example/${guid}.mp4`, type: 'video/mp4', length: null, sha256: null },
  ...rest,
});
const numbers = (items: FeedItem[]) =>
  numberItems(items).map(({ ref, season, episode }) => `${ref} ${season}x${episode}`);

it('counts items without numbers in the order of publication', () => {
  expect(numbers([item('c', 3), item('a', 1), item('b', 2)])).toEqual(['a 1x1', 'b 1x2', 'c 1x3']);
});

it('counts items without dates from the end of the feed, where the oldest stands', () => {
  expect(numbers([item('new', null), item('old', null)])).toEqual(['old 1x1', 'new 1x2']);
});

it('keeps the numbers that the feed gives and counts the others after them', () => {
  const items = [item('x', 1), item('five', 2, { episode: 5 }), item('two', 3, { season: 2, episode: 1 })];
  expect(numbers(items)).toEqual(['x 1x6', 'five 1x5', 'two 2x1']);
});

it('gives a number once, to the oldest item that claims it', () => {
  expect(numbers([item('again', 2, { episode: 1 }), item('first', 1, { episode: 1 })])).toEqual([
    'first 1x1',
    'again 1x2',
  ]);
});

it('counts trailers and bonus items as specials', () => {
  expect(numbers([item('trailer', 1, { extra: true, episode: 1 }), item('one', 2, { episode: 1 })])).toEqual([
    'trailer 0x1',
    'one 1x1',
  ]);
});

it('says which numbers are the feed’s own', () => {
  expect(numberItems([item('a', 1, { episode: 1 }), item('b', 2)]).map((one) => one.numbered)).toEqual([true, false]);
});

it('takes an item that stands twice in a feed once', () => {
  expect(numbers([item('a', 2), item('a', 1)])).toHaveLength(1);
});

it('makes a series of a feed', () => {
  const document: FeedDocument = {
    title: 'Harbour Lights',
    description: 'Ships.',
    image: null,
    licence: 'CC0',
    complete: false,
    items: [item('a', 1)],
  };
  expect(seriesOfFeed({ name: 'My feed', url: 'https://feeds.example/x' }, document)).toMatchObject({
    ref: 'https://feeds.example/x',
    title: 'Harbour Lights',
    synonyms: ['My feed'],
    year: 2024,
    status: 'continuing',
    licence: 'CC0',
    episodes: [{ ref: 'a', air_date: '2024-01-01' }],
  });
});
