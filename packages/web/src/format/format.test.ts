import { expect, it } from 'vitest';
import { formatBytes, formatSpeed } from './bytes.ts';
import { formatDuration } from './duration.ts';
import { episodeCode } from './episode-code.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [312_000_000, '312 MB'],
  [4_250_000_000, '4.3 GB'],
])('writes %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes, 'en')).toBe(text);
});

it('writes a speed with the language’s own numbers', () => {
  expect(formatSpeed(8_240_000, 'de')).toBe('8,2 MB/s');
});

it.each([
  [0.4, '0 s'],
  [59.6, '1 min'],
  [200, '3 min 20 s'],
  [754, '13 min'],
  [7_500, '2 h 5 min'],
  [273_600, '3 d 4 h'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it('pads season and episode to two digits and keeps longer ones', () => {
  expect([episodeCode(1, 4), episodeCode(0, 12), episodeCode(2, 1054)]).toEqual(['S01E04', 'S00E12', 'S02E1054']);
});
