import { link, lstat, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeLibrary } from './library.fixture.ts';
import { moveFile } from './move.ts';

const move = (root: string, from: string, to: string) => moveFile(root, join(root, from), join(root, to), null);
const listing = (root: string) => readdir(root, { recursive: true }).then((names) => names.sort());

test('a file gets another name, in folders that are made for it', async () => {
  const root = await makeLibrary('old/one.mkv');
  await move(root, 'old/one.mkv', 'Show (2001)/Season 01/Show - S01E01.mkv');
  expect(await readFile(join(root, 'Show (2001)/Season 01/Show - S01E01.mkv'), 'utf8')).toBe('old/one.mkv');
  expect(await readdir(join(root, 'old'))).toEqual([]);
});

test('nothing is ever overwritten, neither the same name nor one that some file system takes for it', async () => {
  const root = await makeLibrary('one.mkv', 'Two.mkv');
  await expect(move(root, 'one.mkv', 'Two.mkv')).rejects.toThrow('Two.mkv is there already');
  await expect(move(root, 'one.mkv', 'two.MKV')).rejects.toThrow('Two.mkv is there already');
  expect(await listing(root)).toEqual(['Two.mkv', 'one.mkv']);
});

test('a name changes by case alone', async () => {
  const root = await makeLibrary('show/one.mkv');
  await move(root, 'show/one.mkv', 'show/One.mkv');
  expect(await listing(root)).toEqual(['show', 'show/One.mkv']);
});

test('what a crash left between two steps is finished by doing it again', async () => {
  const root = await makeLibrary('one.mkv');
  await link(join(root, 'one.mkv'), join(root, 'two.mkv'));
  await move(root, 'one.mkv', 'two.mkv');
  expect(await listing(root)).toEqual(['two.mkv']);
  await move(root, 'one.mkv', 'two.mkv');
  expect((await lstat(join(root, 'two.mkv'))).nlink).toBe(1);
  await rm(join(root, 'two.mkv'));
  await expect(move(root, 'one.mkv', 'two.mkv')).rejects.toThrow('is no longer there');
});

test('no link leads out of the library, and what is ours there stays', async () => {
  const root = await makeLibrary('one.mkv', '.aniworld/part');
  const elsewhere = await makeLibrary();
  await symlink(elsewhere, join(root, 'Show'));
  await symlink(join(elsewhere, 'video.mkv'), join(root, 'link.mkv'));
  await expect(move(root, 'one.mkv', 'Show/one.mkv')).rejects.toThrow('is a link or a file');
  await expect(move(root, 'one.mkv', '../one.mkv')).rejects.toThrow('does not lie in');
  await expect(move(root, '.aniworld/part', 'two.mkv')).rejects.toThrow('does not lie in');
  await expect(move(root, 'link.mkv', 'two.mkv')).rejects.toThrow('is not a file');
  expect(await readdir(elsewhere)).toEqual([]);
});
