import { expect, it } from 'vitest';
import { isOfFolder, namesBeside } from './beside.ts';

it('finds subtitles, pictures and information of a video', () => {
  const own = ['A - S01E01.en.forced.srt', 'A - S01E01.nfo', 'A - S01E01-thumb.jpg', 'A - S01E01.pt-BR.ass'];
  const others = ['A - S01E02.nfo', 'A - S01E01.txt', 'A - S01E010.srt', 'tvshow.nfo', 'A - S01E01 commentary.mkv'];
  expect(namesBeside('A - S01E01.mkv', ['A - S01E01.mkv', ...own, ...others])).toEqual(own);
});

it('leaves what belongs to a video whose name begins with this one’s', () => {
  const names = ['Boat.mkv', 'Boat.srt', 'Boat.en.srt', 'Boat.2.mkv', 'Boat.2.srt', 'Boat.2.en.srt', 'Boat.2.nfo'];
  expect(namesBeside('Boat.mkv', names)).toEqual(['Boat.srt', 'Boat.en.srt']);
  expect(namesBeside('Boat.2.mkv', names)).toEqual(['Boat.2.srt', 'Boat.2.en.srt', 'Boat.2.nfo']);
});

it('never takes another video, nor the same one again', () => {
  expect(namesBeside('A.mkv', ['A.mkv', 'A.mp4', 'A.en.mkv', 'A-thumb.mkv'])).toEqual([]);
});

it('knows what only tells of its folder', () => {
  for (const name of ['tvshow.nfo', 'poster.jpg', 'season01-poster.png', 'season-specials-banner.webp', '.DS_Store'])
    expect(isOfFolder(name)).toBe(true);
  for (const name of ['A - S01E01.nfo', 'poster.mkv', 'notes.txt', 'season 1.nfo'])
    expect(isOfFolder(name)).toBe(false);
});
