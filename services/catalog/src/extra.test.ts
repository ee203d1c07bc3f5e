import { expect, it } from 'vitest';
import { extraKind } from './extra.ts';

it.each([
  ['Paper Boat Post/Extras/Making of.mkv', 'extra'],
  ['Paper Boat Post/Season 01/Featurettes/Disc 1/The boats.mkv', 'extra'],
  ['Paper Boat Post/Behind The Scenes/S01E01.mkv', 'extra'],
  ['Paper Boat Post/deleted scenes/one.mkv', 'extra'],
  ['Paper Boat Post/Trailers/S01E01.mkv', 'trailer'],
  ['Paper Boat Post/Sample/paper.boat.post.s01e01.mkv', 'sample'],
  ['Paper Boat Post/paper.boat.post.s01e01-sample.mkv', 'sample'],
  ['Paper Boat Post/Paper Boat Post-trailer.mkv', 'trailer'],
  ['Paper Boat Post/[Kite] Paper Boat Post - NCOP1.mkv', 'opening'],
  ['Paper Boat Post/[Kite] Paper Boat Post - NCED.mkv', 'ending'],
])('%s lies beside the episodes: %s', (path, kind) => {
  expect(extraKind(path)).toBe(kind);
});

it.each([
  'Paper Boat Post/Season 01/Paper Boat Post - S01E01.mkv',
  'Extras/Season 01/Extras - S01E01.mkv',
  'Paper Boat Post/Season 01/Paper Boat Post - S01E05 - The Opening.mkv',
  'Paper Boat Post/Specials/Paper Boat Post - S00E01.mkv',
  'Paper Boat Post/[Kite] Paper Boat Post - 07.mkv',
])('%s may be an episode', (path) => {
  expect(extraKind(path)).toBeNull();
});
