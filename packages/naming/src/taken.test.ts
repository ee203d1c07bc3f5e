import { expect, test } from 'vitest';
import { foldName, numbered } from './taken.ts';

test('a taken name gets a number before its extension', () => {
  expect([1, 2, 3].map((n) => numbered('a/b.c.mkv', n))).toEqual(['a/b.c.mkv', 'a/b.c (2).mkv', 'a/b.c (3).mkv']);
});

test('names that differ by case or by the form of their accents are one', () => {
  expect(foldName('CAFE\u0301.MKV')).toBe(foldName('café.mkv'));
  expect(foldName('cafe.mkv')).not.toBe(foldName('café.mkv'));
});
