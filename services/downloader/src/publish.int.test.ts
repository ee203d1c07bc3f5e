import { type Folder, FolderError, PARTS_FOLDER } from '@aniworld/library';
import { createHash, randomUUID } from 'node:crypto';
import {
  access,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Publishing } from './checkpoint.ts';
import { enterLibrary } from './library.ts';
import { partPath } from './part.ts';
import { publishPart, settlePublishing } from './publish.ts';
import { reserveName } from './reservation.ts';

const rights = { file_mode: null, folder_mode: null };
/** In memory, so another file system than the temporary folder's, where Linux is as it usually is. */
const ELSEWHERE = '/dev/shm';

interface Stage extends AsyncDisposable {
  folder: string;
  /** Writes a whole part file. @returns what is about to be published, under a name reserved as an attempt does */
  fetched(
    text: string,
    relative?: string,
    more?: { item?: string; epoch?: number; replaced?: NonNullable<Publishing['replaced']> },
  ): Promise<{ item: string; publishing: Publishing; folder: Folder; release: () => Promise<void> }>;
  entries(): Promise<string[]>;
}

async function openStage(partsElsewhere = false): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-publish-'));
  const other = partsElsewhere ? await mkdtemp(join(ELSEWHERE, 'aniworld-parts-')) : null;
  if (other) await symlink(other, join(folder, PARTS_FOLDER));
  await enterLibrary(folder, false);
  const reserved = new AsyncDisposableStack();
  return {
    folder,
    async fetched(text, relative = 'A/Season 01/A - S01E01.mkv', { item = randomUUID(), epoch = 1, replaced } = {}) {
      const file = { size: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
      await writeFile(partPath(folder, item, epoch), text);
      const reservation = await reserveName({
        folder,
        relative,
        file,
        lease: { id: item, lease_epoch: epoch },
        isHeld: () => true,
        replaced: replaced?.map(({ path }) => path) ?? [],
        folderMode: null,
      });
      reserved.use(reservation);
      const { path } = reservation;
      const publishing = { v: 1 as const, folder, epoch, path, ...file, ...(replaced && { replaced }) };
      return { item, publishing, folder: reservation.folder, release: async () => reservation[Symbol.asyncDispose]() };
    },
    entries: () => readdir(join(folder, PARTS_FOLDER)),
    async [Symbol.asyncDispose]() {
      await reserved.disposeAsync();
      await rm(folder, { recursive: true, force: true });
      if (other) await rm(other, { recursive: true, force: true });
    },
  };
}

async function publish(stage: Stage, ...what: Parameters<Stage['fetched']>): Promise<string> {
  const { item, publishing, release } = await stage.fetched(...what);
  expect(await publishPart(item, publishing, { rights })).toBe(true);
  await release();
  return publishing.path;
}

describe('a name', () => {
  test('that is free is taken, and nothing is left beside the library', async () => {
    await using stage = await openStage();
    const path = await publish(stage, 'one');
    expect(path).toBe(join(stage.folder, 'A/Season 01/A - S01E01.mkv'));
    expect(await readFile(path, 'utf8')).toBe('one');
    expect(await stage.entries()).toEqual([]);
  });

  test('that another file has gets a number, and the same file keeps its name', async () => {
    await using stage = await openStage();
    await publish(stage, 'one');
    expect(await publish(stage, 'two')).toMatch(/S01E01 \(2\)\.mkv$/);
    expect(await publish(stage, 'three')).toMatch(/S01E01 \(3\)\.mkv$/);
    expect(await publish(stage, 'two')).toMatch(/S01E01 \(2\)\.mkv$/);
    expect(await readFile(join(stage.folder, 'A/Season 01/A - S01E01.mkv'), 'utf8')).toBe('one');
  });

  test.each([
    ['case', 'Café.mkv', 'CAFÉ.MKV'],
    ['the form of its accents', 'Cafe\u0301.mkv', 'Café.mkv'],
    ['case alone', 'abc.mkv', 'ABC.mkv'],
    ['case in another alphabet', '\u212Aai.mkv', 'kai.mkv'],
  ])('that differs from a file’s only by %s is taken', async (_, there, wanted) => {
    await using stage = await openStage();
    await writeFile(join(stage.folder, there), 'a user’s own');
    expect(await publish(stage, 'ours', wanted)).toMatch(/ \(2\)\.mkv$/i);
    expect(await readFile(join(stage.folder, there), 'utf8')).toBe('a user’s own');
  });

  test('of a folder that differs only by case leads into the one that is there', async () => {
    await using stage = await openStage();
    await mkdir(join(stage.folder, 'a/SEASON 01'), { recursive: true });
    expect(await publish(stage, 'one')).toBe(join(stage.folder, 'a/SEASON 01/A - S01E01.mkv'));
  });

  test('that two want at once is given to both, in turn', async () => {
    await using stage = await openStage();
    const both = await Promise.all([stage.fetched('one', 'Same.mkv'), stage.fetched('two', 'same.mkv')]);
    const paths = both.map(({ publishing }) => publishing.path.toLowerCase());
    expect(new Set(paths).size).toBe(2);
    for (const { item, publishing, release } of both) {
      expect(await publishPart(item, publishing, { rights })).toBe(true);
      await release();
    }
    expect(await stage.entries()).toEqual([]);
  });

  test('that a lost lease had reserved is free for the next lease of the item', async () => {
    await using stage = await openStage();
    const { item } = await stage.fetched('one');
    const again = await stage.fetched('one', undefined, { item, epoch: 2 });
    expect(again.publishing.path).toMatch(/S01E01\.mkv$/);
  });

  test('that was reserved for a part file that is gone is free', async () => {
    await using stage = await openStage();
    const { item } = await stage.fetched('lost');
    await rm(partPath(stage.folder, item, 1));
    const { publishing } = await stage.fetched('one');
    expect(publishing.path).toMatch(/S01E01\.mkv$/);
  });

  test('stays reserved when the part file goes over to a later lease, and is let go of once the lease is settled', async () => {
    await using stage = await openStage();
    const { item, publishing } = await stage.fetched('one');
    await rename(partPath(stage.folder, item, 1), partPath(stage.folder, item, 2));
    const other = await stage.fetched('two');
    expect(other.publishing.path).toMatch(/S01E01 \(2\)\.mkv$/);
    expect(await settlePublishing(item, { ...publishing, epoch: 2 }, { rights })).toBe('published');
    await other.release();
    expect((await stage.entries()).filter((name) => name.endsWith('.name'))).toEqual([]);
  });

  test('that a worker without hard links or of an earlier version has reserved is taken', async () => {
    await using stage = await openStage();
    const probe = await stage.fetched('probe');
    const [marker] = (await stage.entries()).filter((name) => name.endsWith('.name'));
    await probe.release();
    const place = join(stage.folder, PARTS_FOLDER, marker!);
    await symlink(`${randomUUID()}.1`, place);
    expect((await stage.fetched('one')).publishing.path).toMatch(/S01E01 \(2\)\.mkv$/);
    await rm(place);
    await writeFile(place, `${randomUUID()}.1`);
    expect((await stage.fetched('one')).publishing.path).toMatch(/S01E01 \(3\)\.mkv$/);
  });
});

describe('a link in the library', () => {
  test('is no folder of it', async () => {
    await using stage = await openStage();
    await symlink(tmpdir(), join(stage.folder, 'A'));
    await expect(stage.fetched('one')).rejects.toThrow(FolderError);
  });

  test('that is put in the place of a folder meanwhile leads nothing out of it', async () => {
    await using stage = await openStage();
    await using outside = await openStage();
    const { item, publishing } = await stage.fetched('one');
    const season = dirname(publishing.path);
    await rename(season, `${season}.old`);
    await symlink(outside.folder, season);
    await expect(publishPart(item, publishing, { rights })).rejects.toThrow(FolderError);
    expect(await readdir(outside.folder)).toEqual([PARTS_FOLDER]);
    expect(await readdir(`${season}.old`)).toEqual([]);
  });
});

test('a folder that is removed after it was reserved makes the caller choose again', async () => {
  await using stage = await openStage();
  const { item, publishing, folder } = await stage.fetched('one');
  await rmdir(dirname(publishing.path));
  expect(await publishPart(item, publishing, { rights, folder })).toBe(false);
  expect(await readFile(partPath(stage.folder, item, 1), 'utf8')).toBe('one');
});

describe('rights', () => {
  test('are as the settings say, for the file and for new folders', async () => {
    await using stage = await openStage();
    const { item, publishing } = await stage.fetched('one', 'B.mkv');
    await publishPart(item, publishing, { rights: { file_mode: '640', folder_mode: null } });
    expect((await stat(publishing.path)).mode & 0o777).toBe(0o640);
    const deep = { ...publishing, path: join(stage.folder, 'New/Deep/B.mkv') };
    await writeFile(partPath(stage.folder, item, 1), 'one');
    await publishPart(item, deep, { rights: { file_mode: null, folder_mode: '2750' } });
    expect((await stat(dirname(deep.path))).mode & 0o7777).toBe(0o2750);
  });
});

describe('a file that is replaced', () => {
  const replacedAt = async (path: string) => {
    const { size, mtimeMs } = await stat(path);
    return [{ path, size, mtime_ms: Math.trunc(mtimeMs) }];
  };

  test('goes to the recycle folder, and the new one takes its name', async () => {
    await using stage = await openStage();
    const old = await publish(stage, 'old');
    const path = await publish(stage, 'better', undefined, { replaced: await replacedAt(old) });
    expect(path).toBe(old);
    expect(await readFile(path, 'utf8')).toBe('better');
    const kept = join(stage.folder, PARTS_FOLDER, 'recycle/A/Season 01/A - S01E01.mkv');
    expect(await readFile(kept, 'utf8')).toBe('old');
  });

  test('stays when somebody has changed it since', async () => {
    await using stage = await openStage();
    const old = await publish(stage, 'old');
    const { item, publishing } = await stage.fetched('better', undefined, { replaced: await replacedAt(old) });
    await writeFile(old, 'changed by its owner');
    expect(await publishPart(item, publishing, { rights })).toBe(false);
    expect(await readFile(old, 'utf8')).toBe('changed by its owner');
  });

  test('outside of the library stays', async () => {
    await using stage = await openStage();
    await using other = await openStage();
    const foreign = join(other.folder, 'x.mkv');
    await writeFile(foreign, 'not ours');
    await publish(stage, 'better', undefined, { replaced: await replacedAt(foreign) });
    expect(await readFile(foreign, 'utf8')).toBe('not ours');
  });
});

const otherFileSystem = await Promise.all([stat(tmpdir()), stat(ELSEWHERE)])
  .then(([here, there]) => here.dev !== there.dev)
  .catch(() => false);

describe.skipIf(!otherFileSystem)('where the part file lies on another file system', () => {
  test('a copy is verified and takes the name, and the part file goes last', async () => {
    await using stage = await openStage(true);
    const path = await publish(stage, 'x'.repeat(3_000_000));
    expect((await readFile(path, 'utf8')).length).toBe(3_000_000);
    expect(await readdir(dirname(path))).toEqual(['A - S01E01.mkv']);
    expect(await stage.entries()).toEqual([]);
  });

  test('a name that is taken meanwhile is not overwritten, and no copy is left', async () => {
    await using stage = await openStage(true);
    const { item, publishing } = await stage.fetched('ours');
    await writeFile(publishing.path, 'a user’s own');
    expect(await publishPart(item, publishing, { rights })).toBe(false);
    expect(await readFile(publishing.path, 'utf8')).toBe('a user’s own');
    expect(await readdir(dirname(publishing.path))).toEqual(['A - S01E01.mkv']);
  });

  test('bytes that are not those that were fetched never get the name', async () => {
    await using stage = await openStage(true);
    const { item, publishing } = await stage.fetched('ours');
    await writeFile(partPath(stage.folder, item, 1), 'hers');
    await expect(publishPart(item, publishing, { rights })).rejects.toMatchObject({ reason: 'checksum' });
    await expect(access(publishing.path)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(dirname(publishing.path))).toEqual([]);
  });
});

describe('what a crash left', () => {
  test('is completed when the file stands under its name', async () => {
    await using stage = await openStage();
    const { item, publishing } = await stage.fetched('one');
    await writeFile(publishing.path, 'one');
    expect(await settlePublishing(item, publishing, { rights })).toBe('published');
    expect(await stage.entries()).toEqual([]);
  });

  test('is published when the part file is whole', async () => {
    await using stage = await openStage();
    const { item, publishing } = await stage.fetched('one');
    expect(await settlePublishing(item, publishing, { rights })).toBe('published');
    expect(await readFile(publishing.path, 'utf8')).toBe('one');
    expect(await stage.entries()).toEqual([]);
  });

  test('is fetched again when another file took the name', async () => {
    await using stage = await openStage();
    const { item, publishing } = await stage.fetched('one');
    await writeFile(publishing.path, 'another');
    expect(await settlePublishing(item, publishing, { rights })).toBe('again');
    expect(await readFile(publishing.path, 'utf8')).toBe('another');
  });

  test('between recycling and naming is published', async () => {
    await using stage = await openStage();
    const old = await publish(stage, 'old');
    const { size, mtimeMs } = await stat(old);
    const replaced = [{ path: old, size, mtime_ms: Math.trunc(mtimeMs) }];
    const { item, publishing } = await stage.fetched('better', undefined, { replaced });
    await rm(old);
    expect(await settlePublishing(item, publishing, { rights })).toBe('published');
    expect(await readFile(old, 'utf8')).toBe('better');
  });
});
