import { anime, config, type Series } from '@aniworld/contracts';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Rig, startRig } from './rig.fixture.ts';

const EPISODE = 'Paper Boat Post/Season 01/Paper Boat Post - S01E01';
const SHELVED = [`${EPISODE}.mkv`, `${EPISODE}.en.srt`, `${EPISODE}-thumb.jpg`, 'Paper Boat Post/tvshow.nfo'];

describe('a series that is removed with its files', () => {
  it('leaves nothing behind when nothing is recycled', async () => {
    await using rig = await startRig();
    const series = await shelve(rig, SHELVED);
    await rig.bus.call(anime.remove, { id: series.id, files: true });
    expect(await below(rig.folder)).toEqual([]);
    await expect(rig.bus.call(anime.get, { id: series.id })).rejects.toMatchObject({ code: 'SERIES_NOT_FOUND' });
  });

  it('has them in the recycle folder, below their own paths, when files are recycled', async () => {
    await using rig = await startRig();
    await recycling(rig);
    const series = await shelve(rig, SHELVED);
    await rig.bus.call(anime.remove, { id: series.id, files: true });
    expect(await below(rig.folder)).toEqual(SHELVED.map((path) => `.aniworld/recycle/${path}`).sort());
    const again = await shelve(rig, SHELVED);
    await rig.bus.call(anime.remove, { id: again.id, files: true });
    expect(await below(rig.folder)).toContain(`.aniworld/recycle/${EPISODE} (2).mkv`);
  });

  it('takes nothing along that is another’s, wherever it lies', async () => {
    await using rig = await startRig();
    const others = [
      'Paper Boat Post/Season 01/Moonlit Noodle Observatory - S01E01.mkv',
      'Paper Boat Post/Season 01/Moonlit Noodle Observatory - S01E01.nfo',
      'Paper Boat Post/Season 01/notes.txt',
    ];
    await rig.addSample('moonlit-noodle-observatory');
    const series = await shelve(rig, [...SHELVED, ...others]);
    await rig.bus.call(anime.remove, { id: series.id, files: true });
    expect(await below(rig.folder)).toEqual([...others, 'Paper Boat Post/tvshow.nfo'].sort());
  });

  it('keeps its files when it is removed without them', async () => {
    await using rig = await startRig();
    const series = await shelve(rig, SHELVED);
    await rig.bus.call(anime.remove, { id: series.id });
    expect(await below(rig.folder)).toEqual(SHELVED.toSorted());
    expect((await rig.bus.call(anime.unmatched, {})).items).toHaveLength(1);
  });

  it('stays when its library folder is away', async () => {
    await using rig = await startRig();
    const series = await shelve(rig, SHELVED);
    const elsewhere = `${rig.folder}.away`;
    await rename(rig.folder, elsewhere);
    // As the empty place where a disk was mounted.
    await mkdir(rig.folder);
    await expect(rig.bus.call(anime.remove, { id: series.id, files: true })).rejects.toMatchObject({
      code: 'FOLDER_AWAY',
      message: expect.stringMatching(/Nothing was removed\.$/),
    });
    await rm(rig.folder, { recursive: true });
    await expect(rig.bus.call(anime.remove, { id: series.id, files: true })).rejects.toMatchObject({
      code: 'FOLDER_AWAY',
    });
    await rename(elsewhere, rig.folder);
    expect(await rig.bus.call(anime.get, { id: series.id })).toMatchObject({ file_count: 1 });
    await rig.bus.call(anime.remove, { id: series.id, files: true });
    expect(await below(rig.folder)).toEqual([]);
  });

  it('stays when a link stands where its folder was, and nothing behind the link is touched', async () => {
    await using rig = await startRig();
    await using outside = await temporaryFolder();
    const series = await shelve(rig, [...SHELVED, 'Another/notes.txt']);
    await rename(join(rig.folder, 'Paper Boat Post'), join(outside.path, 'Paper Boat Post'));
    await symlink(join(outside.path, 'Paper Boat Post'), join(rig.folder, 'Paper Boat Post'));
    await expect(rig.bus.call(anime.remove, { id: series.id, files: true })).rejects.toMatchObject({
      code: 'FILES_REMAIN',
    });
    expect(await below(outside.path)).toEqual(SHELVED.toSorted());
    expect(await rig.bus.call(anime.get, { id: series.id })).toMatchObject({ file_count: 1 });
  });

  it('leaves alone what is recorded outside of its library folder', async () => {
    await using rig = await startRig();
    await using outside = await temporaryFolder();
    const series = await shelve(rig, SHELVED);
    const foreign = join(outside.path, 'foreign.mkv');
    await writeFile(foreign, 'kept');
    await rig.db.updateTable('file').set({ path: foreign }).execute();
    await rig.bus.call(anime.remove, { id: series.id, files: true });
    expect(await readFile(foreign, 'utf8')).toBe('kept');
  });

  it('is refused when it is unknown', async () => {
    await using rig = await startRig();
    const removed = rig.bus.call(anime.remove, { id: randomUUID(), files: true });
    await expect(removed).rejects.toMatchObject({ code: 'SERIES_NOT_FOUND' });
  });
});

/** Writes files of a series that is in the library then, and known with them. */
async function shelve(rig: Rig, paths: readonly string[]): Promise<Series> {
  for (const path of paths) await rig.write(path);
  const series = await rig.addSample();
  await rig.scan();
  return series;
}

function recycling(rig: Rig): Promise<unknown> {
  return rig.bus.call(config.update, { config: { library: { folders: [rig.folder], recycle: true } } });
}

/** All files below a folder. */
async function below(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'aniworld-outside-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
