import { PARTS_FOLDER } from '@aniworld/library';
import { mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { enterLibrary, inLibrary, troubleOf } from './library.ts';

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-library-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a folder that was there and has lost its mark is away, and is not made again', async () => {
  const folder = await makeFolder();
  await enterLibrary(folder, false);
  await rmdir(join(folder, PARTS_FOLDER));
  await expect(enterLibrary(folder, false)).rejects.toMatchObject({ reason: 'permission', burns: false, waits: 60 });
  expect(await troubleOf(folder)).toMatch(/not mounted/);
  expect(await readdir(folder)).toEqual([]);
});

test('an empty folder in which the library has files is away, also to a process that never saw them', async () => {
  const folder = await makeFolder();
  await expect(enterLibrary(folder, true)).rejects.toMatchObject({ reason: 'permission' });
  await expect(enterLibrary(join(folder, 'gone'), true)).rejects.toMatchObject({ reason: 'permission' });
  expect(await readdir(folder)).toEqual([]);
});

test('a folder whose files were there before us is marked', async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, 'Film.mkv'), '');
  await enterLibrary(folder, true);
  expect(await readdir(folder)).toEqual([PARTS_FOLDER, 'Film.mkv']);
  expect(await troubleOf(folder)).toBeNull();
});

test('a file that is not found says that the folder is away only when it is', async () => {
  const folder = await makeFolder();
  await enterLibrary(folder, false);
  const missing = () => readdir(join(folder, 'nothing'));
  await expect(inLibrary(folder, missing)).rejects.toMatchObject({ code: 'ENOENT' });
  await rmdir(join(folder, PARTS_FOLDER));
  await expect(inLibrary(folder, missing)).rejects.toMatchObject({ reason: 'permission' });
});
