import { expect, it } from 'vitest';
import { linkAddress, siteName } from './link-address.ts';

it('leads to the page of a series at a site that it knows', () => {
  expect([siteName('anilist'), linkAddress('anilist', '21')]).toEqual(['AniList', 'https://anilist.co/anime/21']);
});

it('makes no address of an id that it can’t place', () => {
  expect([siteName('shelf'), linkAddress('shelf', 'paper-boat')]).toEqual(['shelf', null]);
  expect(linkAddress('rss', 'javascript:alert(1)')).toBeNull();
});

it('takes a feed’s address as it is, and puts no id into another path', () => {
  expect(linkAddress('rss', 'https://feeds.example.org/a')).toBe('https://feeds.example.org/a');
  expect(linkAddress('mal', '1/../2')).toBe('https://myanimelist.net/anime/1%2F..%2F2');
});
