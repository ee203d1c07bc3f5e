import { expect, it } from 'vitest';
import { sameStart, sharedFolders } from './path-text.ts';

it('finds the folders that files share below the library folder', () => {
  const paths = ['/media/Lantern/Season 1/01.mkv', '/media/Lantern/Season 1/02.mkv'];
  expect(sharedFolders(paths, ['/media', '/other'])).toEqual(['/media/Lantern/Season 1', '/media/Lantern']);
  expect(sharedFolders([...paths, '/media/Lantern/Extra/a.mkv'], ['/media'])).toEqual(['/media/Lantern']);
  expect(sharedFolders(['/media/a.mkv'], ['/media'])).toEqual([]);
  expect(sharedFolders(['/elsewhere/a/b.mkv'], ['/media'])).toEqual(['/elsewhere/a', '/elsewhere']);
});

it('parts two paths where they begin to differ', () => {
  expect(sameStart('/media/A/x 1.mkv', '/media/A/Season 01/x.mkv')).toEqual({
    folder: '/media/A',
    rest: ['x 1.mkv', 'Season 01/x.mkv'],
  });
});
