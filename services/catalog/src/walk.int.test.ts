import { appendFile, chmod, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { isUnreadable, type KnownFolder, listPlaces, placeOf, walkPlaces, type Walked } from './walk.ts';

const long = new Date('2024-01-01T00:00:00Z');

it('lists the folders of a root, and its own files as one place', async () => {
  await using library = await makeLibrary('a/1.mkv', 'b/deep/2.mkv', '.hidden/3.mkv');
  expect(await listPlaces(library.root)).toEqual(new Set(['a', 'b']));
  await library.write('4.mkv');
  expect(await listPlaces(library.root)).toEqual(new Set(['a', 'b', '']));
});

it('finds the videos of a place in all its folders, and of the root only its own', async () => {
  await using library = await makeLibrary('a/1.mkv', 'a/deep/er/2.MP4', 'a/3.txt', '4.webm');
  const place = library.walk('a');
  expect(pathsOf(place)).toEqual(library.paths('a/1.mkv', 'a/deep/er/2.MP4'));
  expect(place).toMatchObject({ folders: 3, files: 2, unreadable: [], gone: [] });
  expect(pathsOf(library.walk(''))).toEqual(library.paths('4.webm'));
});

it('says nothing of a folder that is as it was, and finds a file that was changed in place', async () => {
  await using library = await makeLibrary('a/1.mkv', 'a/deep/2.mkv', 'a/deep/3.mkv');
  await library.age('a', 'a/deep');
  const known = knownFrom(library.walk('a'));
  expect(library.walk('a', known)).toMatchObject({ folders: 2, files: 3, changed: [], gone: [] });
  await appendFile(join(library.root, 'a/deep/3.mkv'), 'more');
  expect(pathsOf(library.walk('a', known))).toEqual(library.paths('a/deep/2.mkv', 'a/deep/3.mkv'));
  expect(library.walk('a', known, true)).toMatchObject({ folders: 2, files: 3, changed: [] });
});

it('does not believe the time of a folder that was changed a moment before', async () => {
  await using library = await makeLibrary('a/1.mkv');
  const known = knownFrom(library.walk('a'));
  expect(known).toMatchObject([{ mtime_ms: -1 }]);
  await library.write('a/2.mkv');
  expect(pathsOf(library.walk('a', known, true))).toEqual(library.paths('a/1.mkv', 'a/2.mkv'));
});

it.each([true, false])('tells which folders are no more (quick: %s)', async (quick) => {
  await using library = await makeLibrary('a/1.mkv', 'a/deep/er/2.mkv');
  await library.age('a', 'a/deep', 'a/deep/er');
  const known = knownFrom(library.walk('a'));
  await rm(join(library.root, 'a/deep'), { recursive: true });
  expect(library.walk('a', known, quick).gone.sort()).toEqual(library.paths('a/deep', 'a/deep/er'));
});

it('tells a folder that can’t be read and walks the others', async () => {
  await using library = await makeLibrary('a/good/1.mkv', 'a/locked/2.mkv');
  const known = knownFrom(library.walk('a'));
  const locked = join(library.root, 'a/locked');
  await chmod(locked, 0);
  const walked = await asNobody(() => library.walk('a', known));
  expect(walked.unreadable).toEqual([{ path: locked, reason: 'The server may not read or write there.' }]);
  expect(walked.gone).toEqual([]);
  expect(isUnreadable(join(locked, '2.mkv'), walked)).toBe(true);
  expect(isUnreadable(join(library.root, 'a/good/1.mkv'), walked)).toBe(false);
  await chmod(locked, 0o700);
});

it('takes a place that goes away while it is walked for unreadable, not for empty', async () => {
  await using library = await makeLibrary('a/1.mkv');
  const walked = library.walk('gone');
  expect(walked.unreadable).toEqual([{ path: join(library.root, 'gone'), reason: 'It does not exist.' }]);
});

it('takes an empty folder on which a disk was mounted for unreadable', async () => {
  await using library = await makeLibrary('a/1.mkv');
  const [known] = knownFrom(library.walk('a'));
  await rm(join(library.root, 'a/1.mkv'));
  const walked = library.walk('a', [{ ...known!, mounted: true }]);
  expect(isUnreadable(join(library.root, 'a/1.mkv'), walked)).toBe(true);
});

it.each([
  ['/library/Boats/Season 01/1.mkv', 'Boats'],
  ['/library/1.mkv', ''],
])('says that %s lies in the place “%s”', (path, place) => {
  expect(placeOf('/library', path)).toBe(place);
});

const pathsOf = ({ changed }: Walked) => changed.flatMap(({ files }) => files?.map((file) => file.path) ?? []).sort();

const knownFrom = ({ changed }: Walked): KnownFolder[] =>
  changed.map(({ files, digest, ...folder }) => ({ ...folder, digest: digest!, files: files!.length }));

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
    walk: (place: string, known: KnownFolder[] = [], quick = false) =>
      walkPlaces({ root, places: [{ place, known }], quick }),
    /** As if the folders had not been touched for long. */
    age: async (...folders: string[]) => {
      for (const folder of folders) await utimes(join(root, folder), long, long);
    },
    paths: (...names: string[]) => names.map((name) => join(root, name)),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** Permissions hold nobody back who is root. */
async function asNobody<T>(work: () => T): Promise<T> {
  const own = process.geteuid?.();
  if (own !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(own);
  }
}
