import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibrary } from './library.fixture.ts';
import { NAMING, renamerOf } from './rename.fixture.ts';
import { listBatches } from './store/rename.ts';

const patient = { timeout: 10_000 };

describe('renaming', () => {
  it('gives files and what lies beside them the names of the template, and takes nothing else', async () => {
    await using shelf = await openShelf();
    await shelf.write('old/Boats/Boats S01E01.mkv', 'Boats S01E01.srt', 'Boats S01E01-thumb.jpg', 'tvshow.nfo');
    await shelf.write('other/Boats S01E02.mkv', 'notes.txt');
    await shelf.take('old/Boats/Boats S01E01.mkv', 'other/Boats S01E02.mkv');
    const matches = Object.values(await shelf.library.shown());
    const { items } = await shelf.renamer.preview({ seriesIds: null, after: null, limit: 50 });
    expect(items).toMatchObject([
      {
        from: shelf.at('old/Boats/Boats S01E01.mkv'),
        to: shelf.at('Boats/Season 01/Boats - S01E01 - 1x1.mkv'),
        beside: [{}, {}],
        conflict: null,
      },
      { from: shelf.at('other/Boats S01E02.mkv'), conflict: null },
    ]);
    expect(await shelf.rename()).toMatchObject({ state: 'completed', files: 2, done: 2, failed: 0, problems: [] });
    expect(await shelf.tree()).toEqual([
      'Boats/Season 01/Boats - S01E01 - 1x1-thumb.jpg',
      'Boats/Season 01/Boats - S01E01 - 1x1.mkv',
      'Boats/Season 01/Boats - S01E01 - 1x1.srt',
      'Boats/Season 01/Boats - S01E02 - 1x2.mkv',
      'Boats/Season 01/tvshow.nfo',
      'other/notes.txt',
    ]);
    expect(Object.values(await shelf.library.shown())).toEqual(matches);
    expect((await shelf.renamer.preview({ seriesIds: null, after: null, limit: 50 })).items).toEqual([]);
  });

  it('is taken back by its undoing, which can be done once', async () => {
    await using shelf = await openShelf();
    await shelf.write('old/Boats S01E01.mkv', 'Boats S01E01.srt', 'tvshow.nfo');
    await shelf.write('Boats S01E02.mkv');
    await shelf.take('old/Boats S01E01.mkv', 'Boats S01E02.mkv');
    const before = [await shelf.tree(), await shelf.library.shown()];
    const { id } = await shelf.rename();
    expect(await shelf.tree()).not.toEqual(before[0]);
    const undone = await shelf.ended((await shelf.renamer.undo(id)).id);
    expect(undone).toMatchObject({ state: 'completed', undoes: id, done: 2 });
    expect([await shelf.tree(), await shelf.library.shown()]).toEqual(before);
    await expect(shelf.renamer.undo(id)).rejects.toMatchObject({ code: 'RENAME_UNDONE' });
  });

  it('never puts a file over another, and says which are in the way', async () => {
    await using shelf = await openShelf();
    await shelf.write('Boats S01E01.mkv');
    await shelf.write('Boats S01E02.mkv', 'Boats S01E02.srt');
    await shelf.write('Boats/Season 01/Boats - S01E01 - 1x1.mkv');
    await shelf.write('Boats/Season 01/BOATS - S01E02 - 1X2.mkv');
    await shelf.take('Boats S01E01.mkv', 'Boats S01E02.mkv');
    const before = await shelf.tree();
    const { items } = await shelf.renamer.preview({ seriesIds: null, after: null, limit: 50 });
    expect(items.map((item) => item.conflict)).toEqual([
      `${shelf.at('Boats/Season 01/Boats - S01E01 - 1x1.mkv')} is there already.`,
      `${shelf.at('Boats/Season 01/BOATS - S01E02 - 1X2.mkv')} is there already.`,
    ]);
    expect(await shelf.rename()).toMatchObject({ state: 'completed', files: 0 });
    expect(await shelf.tree()).toEqual(before);
  });

  it('says what came in the way after it was planned', async () => {
    await using shelf = await openShelf();
    await shelf.write('Boats S01E01.mkv', 'Boats S01E01.srt');
    await shelf.take('Boats S01E01.mkv');
    // A link in the place of the folder that the file is to go to: it must not lead anything out.
    const outside = await mkdtemp(join(tmpdir(), 'aniworld-outside-'));
    await symlink(outside, shelf.at('Boats'));
    const ended = await shelf.rename();
    expect(ended).toMatchObject({ state: 'completed', done: 0, failed: 1 });
    expect(ended.problems[0]?.problem).toContain('is a link or a file');
    expect(await readdir(outside)).toEqual([]);
    await rm(outside, { recursive: true });
    expect(await shelf.tree()).toEqual(['Boats', 'Boats S01E01.mkv', 'Boats S01E01.srt']);
  });

  it('lets a file take the name that another one leaves', async () => {
    await using shelf = await openShelf();
    const names = ['Boats/Season 01/Boats - S01E01 - 1x1.mkv', 'Boats/Season 01/Boats - S01E02 - 1x2.mkv'];
    for (const name of names) await shelf.write(name);
    await shelf.take(...names);
    await shelf.library.db
      .updateTable('episode')
      .set(({ eb }) => ({ episode: eb('episode', '+', 1) }))
      .execute();
    await shelf.library.db.updateTable('episode').set({ title: '1x2' }).where('provider_ref', '=', '1x1').execute();
    await shelf.rename();
    expect(await shelf.tree()).toEqual([
      'Boats/Season 01/Boats - S01E02 - 1x2.mkv',
      'Boats/Season 01/Boats - S01E03 - 1x2.mkv',
    ]);
    expect(await readFile(shelf.at('Boats/Season 01/Boats - S01E02 - 1x2.mkv'), 'utf8')).toBe(names[0]);
  });

  it('goes on where a crash has left it', async () => {
    await using shelf = await openShelf();
    await shelf.write('Boats S01E01.mkv');
    await shelf.write('Boats S01E02.mkv');
    await shelf.take('Boats S01E01.mkv', 'Boats S01E02.mkv');
    const matches = Object.values(await shelf.library.shown());
    await shelf.renamer[Symbol.asyncDispose]();
    const { id } = await crashed(shelf, 'Boats S01E01.mkv', 'Boats/Season 01/Boats - S01E01 - 1x1.mkv');
    // A scan has seen the new name before anybody settled it.
    await shelf.take('Boats/Season 01/Boats - S01E01 - 1x1.mkv');
    await using again = shelf.start();
    await expect.poll(async () => (await again.get(id)).state, patient).toBe('completed');
    expect(await shelf.tree()).toEqual([
      'Boats/Season 01/Boats - S01E01 - 1x1.mkv',
      'Boats/Season 01/Boats - S01E02 - 1x2.mkv',
    ]);
    expect(Object.values(await shelf.library.shown())).toEqual(matches);
  });

  it('runs once at a time', async () => {
    await using shelf = await openShelf();
    await shelf.renamer[Symbol.asyncDispose]();
    await shelf.renamer.begin(null);
    await expect(shelf.renamer.begin(null)).rejects.toMatchObject({ code: 'RENAME_RUNNING' });
    expect(await listBatches(shelf.library.db, { limit: 10 })).toHaveLength(1);
    await expect(shelf.renamer.get(crypto.randomUUID())).rejects.toMatchObject({ code: 'RENAME_NOT_FOUND' });
  });

  it('is shown in pages', async () => {
    await using shelf = await openShelf();
    const names = ['a/Boats S01E01.mkv', 'b/Boats S01E02.mkv', 'c/Boats S01E03.mkv'];
    for (const name of names) await shelf.write(name);
    await shelf.take(...names);
    const first = await shelf.renamer.preview({ seriesIds: null, after: null, limit: 2 });
    const second = await shelf.renamer.preview({ seriesIds: null, after: first.next, limit: 2 });
    expect([...first.items, ...second.items].map((item) => item.from)).toEqual(names.map(shelf.at));
    expect(second.next).toBeNull();
  });
});

type Shelf = Awaited<ReturnType<typeof openShelf>>;

/** What a process that died between moving a file and recording it leaves. */
async function crashed({ library: { db }, at }: Shelf, source: string, target: string) {
  const { id } = await db
    .insertInto('rename_batch')
    .values({ template: NAMING })
    .returning('id')
    .executeTakeFirstOrThrow();
  const file = await db
    .selectFrom('file')
    .select(['id', 'series_id', 'root'])
    .where('path', '=', at(source))
    .executeTakeFirstOrThrow();
  await db
    .insertInto('rename_move')
    .values({
      ...{ batch_id: id, file_id: file.id, series_id: file.series_id!, root: file.root },
      ...{ source: at(source), target: at(target) },
    })
    .execute();
  await mkdir(dirname(at(target)), { recursive: true });
  await writeFile(at(target), await readFile(at(source)));
  await rm(at(source));
  return { id };
}

async function openShelf() {
  await using stack = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'aniworld-rename-'));
  stack.defer(() => rm(root, { recursive: true }));
  const library = stack.use(await openLibrary(root));
  await library.addSeries('Boats', [
    [1, 1],
    [1, 2],
    [1, 3],
  ]);
  const start = () => renamerOf(library.db, root);
  const renamer = stack.use(start());
  const owned = stack.move();
  const at = (path: string) => join(root, path);
  const ended = async (id: string) => {
    await expect.poll(async () => (await renamer.get(id)).state, patient).not.toBe('running');
    return renamer.get(id);
  };
  return {
    library,
    renamer,
    start,
    at,
    ended,
    /** Creates files in the first one's folder; each holds its own name. */
    async write(first: string, ...others: string[]) {
      await mkdir(dirname(at(first)), { recursive: true });
      for (const path of [first, ...others.map((name) => join(dirname(first), name))]) await writeFile(at(path), path);
    },
    take: (...paths: string[]) => library.take(paths),
    rename: async () => ended((await renamer.begin(null)).id),
    /** What lies in the library folder, but for its mark. */
    async tree(): Promise<string[]> {
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => !entry.isDirectory());
      return files.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)).sort();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
