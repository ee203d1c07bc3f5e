import { namingPresets } from '@aniworld/contracts';
import { normalize } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileTitles } from './hostile.fixture.ts';
import { type EpisodeNames, episodePath } from './path.ts';

const names = (rest: Partial<EpisodeNames> = {}): EpisodeNames => ({
  series: 'Paper Boat Post',
  year: 2021,
  season: 1,
  episode: 2,
  absolute: null,
  title: 'Upstream, Mostly',
  ext: 'mp4',
  ...rest,
});
const name = (rest: Partial<EpisodeNames>, template: string = namingPresets.standard) =>
  episodePath(template, names(rest));

test('the default template gives the names that media servers read', () => {
  expect(name({})).toBe('Paper Boat Post (2021)/Season 01/Paper Boat Post - S01E02 - Upstream, Mostly.mp4');
  expect(name({ season: 0, episode: 1 })).toContain('/Season 00/Paper Boat Post - S00E01');
  expect(name({ episode: 1234 })).toContain('S01E1234');
});

test('brackets round a year that is not known go away', () => {
  expect(name({ year: null })).toBe('Paper Boat Post/Season 01/Paper Boat Post - S01E02 - Upstream, Mostly.mp4');
});

test('brackets that belong to a title stay', () => {
  expect(name({ title: 'f()' })).toContain(' - f().mp4');
});

test('a preset can be named instead of written', () => {
  expect(name({ tvdb_id: 42 }, 'plex')).toBe(
    'Paper Boat Post (2021) {tvdb-42}/Season 01/Paper Boat Post (2021) - S01E02 - Upstream, Mostly.mp4',
  );
  expect(name({ tvdb_id: 42 }, 'jellyfin')).toContain('Paper Boat Post (2021) [tvdbid-42]/');
  expect(name({}, 'jellyfin')).toContain('Paper Boat Post (2021)/');
});

test('text in angle brackets goes away with a field that is not known', () => {
  expect(name({ absolute: 15, episode: 3 }, 'anime')).toContain('S01E03 - 015 - Upstream');
  expect(name({ episode: 3 }, 'anime')).toContain('S01E03 - Upstream');
});

test.each([
  ['E{episode:00}', [1, 2], 'E01-E02'],
  ['E{episode:00}', [1, 2, 3], 'E01-E03'],
  ['E{episode:00}', [1, 3], 'E01E03'],
  ['E{episode:00E}', [1, 2, 3], 'E01E02E03'],
  ['E{episode:00-}', [1, 2], 'E01-02'],
  ['x{episode:00}', [9, 10], 'x09-x10'],
  ['{episode}', [9, 10], '9-10'],
  ['{episode}', [9, 11], '9+11'],
])('of %s, the episodes %j become %s', (template, episode, expected) => {
  expect(name({ episode }, `${template}.{ext}`)).toBe(`${expected}.mp4`);
});

test('several absolute numbers are joined so that nobody takes them for a range of episodes', () => {
  expect(name({ episode: [3, 4], absolute: [15, 16] }, 'anime')).toContain('S01E03-E04 - 015+016 - ');
});

test('an absolute number can stand alone, and the season’s stand for it when it is not known', () => {
  const template = '{series}/{absolute:000} - {title}.{ext}';
  expect(name({ absolute: 7 }, template)).toBe('Paper Boat Post/007 - Upstream, Mostly.mp4');
  expect(name({ absolute: null, episode: [2, 3] }, template)).toBe('Paper Boat Post/S01E02-E03 - Upstream, Mostly.mp4');
});

test.each([
  ['{series} {nmae}.{ext}', /no field \{nmae\}.*series, year/],
  ['{series} - {title}.{ext}', /must have \{episode\}/],
  ['{series}< {episode}>.{ext}', /must have \{episode\}/],
  ['{series} {episode}', /end with \.\{ext\}/],
  ['{series} {episode}{ext}', /end with \.\{ext\}/],
  ['{series:00} {episode}.{ext}', /not understood/],
  ['{episode:two}.{ext}', /not understood/],
  ['{series {episode}.{ext}', /counterpart/],
  ['<{series} {episode}.{ext}', /counterpart|must have/],
  ['a> {episode}.{ext}', /counterpart/],
  ['<x> {episode}.{ext}', /must be a field/],
  ['../{series} {episode}.{ext}', /stay below/],
  ['/{series} {episode}.{ext}', /stay below/],
  ['{series}//{episode}.{ext}', /stay below/],
  ['{series}\\{episode}.{ext}', /backslash/],
  ['', /stay below/],
])('the template %j is refused with a sentence', (template, sentence) => {
  expect(() => name({}, template)).toThrow(
    expect.objectContaining({ code: 'NAMING_TEMPLATE', message: expect.stringMatching(sentence) }),
  );
});

test('a colon becomes a dash and a slash stays text', () => {
  expect(name({ series: 'Fate/Zero: Encore' })).toContain('Fate-Zero - Encore - S01E02');
});

test('a title of nothing that a name may have leaves no trace in the name', () => {
  expect(name({ title: '???' })).toBe('Paper Boat Post (2021)/Season 01/Paper Boat Post - S01E02.mp4');
  expect(name({ series: '...', year: null })).toMatch(/^_\/Season 01\/S01E02 - Upstream/);
});

test('there are 300 hostile titles', () => expect(hostileTitles.length).toBeGreaterThanOrEqual(300));

test.each(Object.keys(namingPresets))(
  'under %s every hostile title stays inside, as names that every system takes',
  (preset) => {
    for (const title of hostileTitles) {
      for (const path of [name({ series: title, title }, preset), name({ title, year: null }, preset)]) {
        expect(normalize(path)).toBe(path);
        const parts = path.split('/');
        expect(parts).toHaveLength(3);
        expect(path).toMatch(/S01E02/);
        for (const part of parts) expectSafe(part);
        expect(Buffer.byteLength(parts[2]!)).toBeLessThanOrEqual(215);
      }
    }
  },
);

test('a name that is too long loses its title’s end, then the series’, and never its numbers', () => {
  const path = name({ series: 'S'.repeat(400), title: 'T'.repeat(400) });
  expect(path).toMatch(/\/Season 01\/S{190,} - S01E02\.mp4$/);
  expect(path).toMatch(/^S{248} \(2021\)\//);
  expect(name({ title: 'T'.repeat(400) })).toMatch(/Paper Boat Post - S01E02 - T{100,}\.mp4$/);
});

test('any title gives three parts of at most 255 bytes, with room for what stands beside the file', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (title) => {
      const parts = name({ series: title, title }).split('/');
      expect(parts).toHaveLength(3);
      for (const part of parts) expectSafe(part);
      expect(Buffer.byteLength(parts[2]!)).toBeLessThanOrEqual(215);
      expect(parts[2]).toMatch(/S01E02.*\.mp4$/);
    }),
    { numRuns: 1_000 },
  );
});

function expectSafe(part: string): void {
  expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255);
  expect(part).toBe(part.normalize('NFC'));
  expect(part).not.toMatch(/^[.\s-]|[.\s]$|[<>:"\\|?*]|\p{Cc}|\p{Cf}|\p{Cs}/u);
  expect(part).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)/i);
}
