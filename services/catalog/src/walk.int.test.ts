import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { isUnreadable, listPlaces, placeOf, walkPlace } from './walk.ts';

const never = new AbortController().signal;

it('lists the folders of a root, and its own files as one place', async () => {
  await using library = await makeLibrary('a/1.mkv', 'b/deep/2.mkv', '.hidden/3.mkv');
  expect(await listPlaces(library.root)).toEqual(new Set(['a', 'b']));
  await library.write('4.mkv');
  expect(await listPlaces(library.root)).toEqual(new Set(['a', 'b', '']));
});

it('finds the videos of a place in all its folders, and of the root only its own', async () => {
  await using library = await makeLibrary('a/1.mkv', 'a/deep/er/2.MP4', 'a/3.txt', '4.webm');
  const place = await walkPlace(library.root, 'a', never);
  expect(place.files.map((file) => file.path).sort()).toEqual(library.paths('a/1.mkv', 'a/deep/er/2.MP4'));
  expect(place).toMatchObject({ folders: 3, unreadable: [] });
  const root = await walkPlace(library.root, '', never);
  expect(root.files.map((file) => file.path)).toEqual(library.paths('4.webm'));
});

it('tells a folder that can’t be read and walks the others', async () => {
  await using library = await makeLibrary('a/good/1.mkv', 'a/locked/2.mkv');
  const locked = join(library.root, 'a/locked');
  await chmod(locked, 0);
  const walked = await asNobody(() => walkPlace(library.root, 'a', never));
  expect(walked.files.map((file) => file.path)).toEqual(library.paths('a/good/1.mkv'));
  expect(walked.unreadable).toEqual([{ path: locked, reason: 'The server may not read or write there.' }]);
  expect(isUnreadable(join(locked, '2.mkv'), walked)).toBe(true);
  expect(isUnreadable(join(library.root, 'a/good/1.mkv'), walked)).toBe(false);
  await chmod(locked, 0o700);
});

it('takes a place that goes away while it is walked for unreadable, not for empty', async () => {
  await using library = await makeLibrary('a/1.mkv');
  const walked = await walkPlace(library.root, 'gone', never);
  expect(walked.unreadable).toEqual([{ path: join(library.root, 'gone'), reason: 'It does not exist.' }]);
});

it.each([
  ['/library/Boats/Season 01/1.mkv', 'Boats'],
  ['/library/1.mkv', ''],
])('says that %s lies in the place “%s”', (path, place) => {
  expect(placeOf('/library', path)).toBe(place);
});

async function makeLibrary(...files: string[]) {
  const root = await mkdtemp(join(tmpdir(), 'aniworld-walk-'));
  await chmod(root, 0o755);
  const write = async (file: string) => {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), 'x');
  };
  for (const file of files) await write(file);
  return {
    root,
    write,
    paths: (...names: string[]) => names.map((name) => join(root, name)),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** Permissions hold nobody back who is root. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const own = process.geteuid?.();
  if (own !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(own);
  }
}
