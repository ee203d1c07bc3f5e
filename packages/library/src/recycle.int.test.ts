import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeLibrary } from './library.fixture.ts';
import { clear, prune, recycle } from './recycle.ts';

const filesOf = async (root: string) =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();

test('a file is kept below its own path, also a second one of that name', async () => {
  const root = await makeLibrary('Show/one.mkv');
  await recycle(root, join(root, 'Show/one.mkv'));
  await writeFile(join(root, 'Show/one.mkv'), 'another');
  const kept = await recycle(root, join(root, 'Show/one.mkv'));
  expect(await readFile(kept!, 'utf8')).toBe('another');
  expect(await filesOf(root)).toEqual(['.aniworld/recycle/Show/one (2).mkv', '.aniworld/recycle/Show/one.mkv']);
});

test('a file that is not the one that was meant stays, and so does what lies elsewhere', async () => {
  const root = await makeLibrary('one.mkv');
  const elsewhere = await makeLibrary('video.mkv');
  const { size, mtimeMs } = await stat(join(root, 'one.mkv'));
  const known = { size, mtime_ms: Math.trunc(mtimeMs) - 1 };
  await symlink(elsewhere, join(root, 'Show'));
  expect(await recycle(root, join(root, 'one.mkv'), known)).toBeNull();
  expect(await recycle(root, join(elsewhere, 'video.mkv'))).toBeNull();
  await expect(recycle(root, join(root, 'Show/video.mkv'))).rejects.toThrow('is a link or a file');
  expect(await filesOf(elsewhere)).toEqual(['video.mkv']);
});

test('chosen files of a folder go for good or are kept, and emptied folders with them', async () => {
  const root = await makeLibrary('Show/Season 01/one.mkv', 'Show/Season 01/one.nfo', 'Show/Season 02/two.mkv');
  const all = (names: string[]) => names;
  const videos = (names: string[]) => names.filter((name) => name.endsWith('.mkv'));
  expect(await clear(root, join(root, 'Show/Season 01'), videos, { recycled: false })).toBe(1);
  await prune(root, join(root, 'Show/Season 01'));
  expect(await filesOf(root)).toEqual(['Show/Season 01/one.nfo', 'Show/Season 02/two.mkv']);
  expect(await clear(root, join(root, 'Show/Season 01'), all, { recycled: true })).toBe(1);
  await prune(root, join(root, 'Show/Season 01'));
  expect((await readdir(join(root, 'Show'))).sort()).toEqual(['Season 02']);
  expect(await filesOf(root)).toContain('.aniworld/recycle/Show/Season 01/one.nfo');
});
