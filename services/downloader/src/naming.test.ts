import { normalize } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { episodePath, type NameFields, numbered } from './naming.ts';

const TEMPLATE = '{series} ({year})/Season {season:00}/{series} - S{season:00}E{episode:00} - {title}.{ext}';
const fields = (rest: Partial<NameFields> = {}): NameFields => ({
  series: 'Paper Boat Post',
  year: 2021,
  season: 1,
  episode: 2,
  absolute: null,
  title: 'Upstream, Mostly',
  ext: 'mp4',
  ...rest,
});
const name = (rest: Partial<NameFields>, template = TEMPLATE) => episodePath(template, fields(rest));

test('the default template gives the names that media servers read', () => {
  expect(name({})).toBe('Paper Boat Post (2021)/Season 01/Paper Boat Post - S01E02 - Upstream, Mostly.mp4');
  expect(name({ season: 0, episode: 1 })).toContain('/Season 00/Paper Boat Post - S00E01');
  expect(name({ episode: 1234 })).toContain('S01E1234');
});

test('brackets round a year that is not known go away', () => {
  expect(name({ year: null })).toBe('Paper Boat Post/Season 01/Paper Boat Post - S01E02 - Upstream, Mostly.mp4');
});

test('an absolute number can stand in the name', () => {
  expect(name({ absolute: 7 }, '{series}/{absolute:000} - {title}.{ext}')).toBe(
    'Paper Boat Post/007 - Upstream, Mostly.mp4',
  );
});

test('a colon becomes a dash and a slash stays text', () => {
  expect(name({ series: 'Fate/Zero: Encore' })).toContain('Fate-Zero - Encore - S01E02');
});

test.each([
  '../../etc/passwd',
  '..\\..\\x',
  'CON',
  'a\0b',
  '-rf',
  'x...',
  '\u202egnp.exe',
  'C:',
  '\\\\host\\share',
  '.hidden',
  ' '.repeat(5) + 'x',
])('the hostile title %j stays inside and is a name that every system takes', (title) => {
  const path = name({ series: title, title });
  expect(normalize(path)).toBe(path);
  for (const part of path.split('/')) {
    expect(part).not.toMatch(/^[.\s-]|[.\s]$|[<>:"\\|?*\0-\x1f\u202e]|^(con|nul)(\.|$)/i);
  }
});

test('a title of nothing but dots is refused with a reason', () => {
  expect(() => name({ series: '...', title: 'x' }, '{series}/{title}.{ext}')).toThrow(
    expect.objectContaining({ reason: 'path' }),
  );
});

test('any title gives three parts of at most 255 bytes, with room for subtitles beside the file', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (title) => {
      const parts = name({ series: `A${title}`, title: `B${title}` }).split('/');
      expect(parts).toHaveLength(3);
      for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255);
      expect(Buffer.byteLength(parts[2]!)).toBeLessThanOrEqual(235);
      expect(parts[2]).toBe(parts[2]!.normalize('NFC'));
      expect(parts[2]!.endsWith('.mp4')).toBe(true);
    }),
  );
});

test('a taken name gets a number before its extension', () => {
  expect([1, 2, 3].map((n) => numbered('a/b.c.mkv', n))).toEqual(['a/b.c.mkv', 'a/b.c (2).mkv', 'a/b.c (3).mkv']);
});
