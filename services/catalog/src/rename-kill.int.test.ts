import { testDatabase, type Template } from '@aniworld/testing';
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { renamerOf } from './rename.fixture.ts';
import type { Renamer } from './renamer.ts';
import { openCatalogDb, scanOnce } from './scan.fixture.ts';
import type { Database } from './store/database.ts';

const KILLS = 6;
const SEED = 20_261_122;
const SERIES = 5;
const EPISODES = 40;
/** Every fourth has subtitles, which move along. */
const SUBTITLES = 4;
const VICTIM = fileURLToPath(new URL('./rename-victim.fixture.ts', import.meta.url));

const patient = { timeout: 30_000 };

it(`a renaming or its undoing that is killed at any of ${KILLS} points is ended by the next start, and no file is lost`, {
  timeout: 240_000,
}, async () => {
  await using library = await makeLibrary();
  const template: Template = { name: `rename ${randomUUID()}`, prepare: (url) => knowLibrary(url, library.folder) };
  const random = randomOf(SEED);
  const span = await spanOf(template, library);
  let amidst = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await using database = await testDatabase({ template });
    const undo = kill % 2 === 0 ? null : await withRenamer(database.url, library.folder, rename);
    // A little of each share of its time, so that all of it is covered.
    const id = await killAfter(library.folder, { url: database.url, undo }, (span * (kill + random())) / KILLS);
    const moved = library.movedOf(await library.contents());
    if (0 < moved && moved < library.names.length) amidst += 1;
    await withRenamer(database.url, library.folder, async (renamer, db) => {
      await ended(renamer, id);
      if (undo === null) {
        expect(await library.contents()).toEqual(library.renamed());
        expect(await pathsOf(db, library.folder)).toEqual(library.videos(library.renamed()));
        await ended(renamer, (await renamer.undo(id)).id);
      }
      expect(await library.contents()).toEqual(library.original());
      expect(await pathsOf(db, library.folder)).toEqual(library.videos(library.original()));
    });
  }
  // Otherwise nothing has been shown.
  expect(amidst).toBeGreaterThanOrEqual(KILLS / 2);
});

/** Milliseconds of an undisturbed one. */
async function spanOf(template: Template, { folder }: Library): Promise<number> {
  await using database = await testDatabase({ template });
  return await withRenamer(database.url, folder, async (renamer) => {
    const begun = performance.now();
    const id = await rename(renamer);
    const span = performance.now() - begun;
    await ended(renamer, (await renamer.undo(id)).id);
    return span;
  });
}

async function rename(renamer: Renamer): Promise<string> {
  const { id } = await renamer.begin(null);
  await ended(renamer, id);
  return id;
}

async function ended(renamer: Renamer, id: string): Promise<void> {
  await expect.poll(async () => (await renamer.get(id)).state, patient).toBe('completed');
  expect(await renamer.get(id)).toMatchObject({ files: SERIES * EPISODES, done: SERIES * EPISODES, failed: 0 });
}

async function withRenamer<T>(
  url: string,
  folder: string,
  work: (renamer: Renamer, db: Database) => Promise<T>,
): Promise<T> {
  const db = await openCatalogDb(url);
  try {
    // The database ends a killed process's session a moment after it; until then another one looks again in half a minute.
    await expect.poll(() => locksOf(db), patient).toBe(0);
    await using renamer = renamerOf(db, folder);
    return await work(renamer, db);
  } finally {
    await db.destroy();
  }
}

async function locksOf(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from pg_locks join pg_database on oid = database
    where locktype = 'advisory' and datname = current_database()`.execute(db);
  return rows[0]!.count;
}

/** @returns the renaming that it was doing */
async function killAfter(folder: string, order: { url: string; undo: string | null }, ms: number): Promise<string> {
  const victim = fork(VICTIM, [folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  const exit = once(victim, 'exit');
  const said = async () => (await once(victim, 'message'))[0] as string;
  await said();
  victim.send(order);
  const id = await said();
  await delay(ms);
  victim.kill('SIGKILL');
  await exit;
  return id;
}

/** Videos that the database knows, by their paths in the library folder. */
async function pathsOf(db: Database, folder: string): Promise<string[]> {
  const { rows } = await sql<{ path: string }>`select path from file where state = 'matched' order by path`.execute(db);
  return rows.map(({ path }) => path.slice(folder.length + 1));
}

async function knowLibrary(url: string, folder: string): Promise<void> {
  const db = await openCatalogDb(url);
  try {
    await sql`
      insert into series (title, provider, provider_ref, folder, sort_title, search_text)
      select 'Lantern ' || n || 'x', 'test', n::text, ${folder}, n::text, n::text
      from generate_series(1, ${SERIES}::int) as n`.execute(db);
    await sql`
      insert into episode (series_id, season, episode, title, provider_ref)
      select id, 1, n, 'Night', n::text from series, generate_series(1, ${EPISODES}::int) as n`.execute(db);
    await scanOnce(db, folder);
  } finally {
    await db.destroy();
  }
}

type Library = Awaited<ReturnType<typeof makeLibrary>>;
/** What files hold, by their paths in the library folder. */
type Contents = Record<string, string>;

/** Each file holds the path that it was made with. */
async function makeLibrary() {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-rename-kill-'));
  const names: { from: string; to: string }[] = [];
  for (let series = 1; series <= SERIES; series += 1)
    for (let episode = 1; episode <= EPISODES; episode += 1) {
      const number = String(episode).padStart(2, '0');
      const from = `Lantern ${series}x/Lantern ${series}x S01E${number}`;
      const to = `Lantern ${series}x/Season 01/Lantern ${series}x - S01E${number} - Night`;
      names.push({ from: `${from}.mkv`, to: `${to}.mkv` });
      if (episode % SUBTITLES === 0) names.push({ from: `${from}.srt`, to: `${to}.srt` });
    }
  for (const { from } of names) {
    await mkdir(dirname(join(folder, from)), { recursive: true });
    await writeFile(join(folder, from), from);
  }
  const sorted = (entries: [string, string][]): Contents =>
    Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  return {
    folder,
    names,
    original: () => sorted(names.map(({ from }) => [from, from])),
    renamed: () => sorted(names.map(({ from, to }) => [to, from])),
    videos: (contents: Contents) => Object.keys(contents).filter((path) => path.endsWith('.mkv')),
    async contents(): Promise<Contents> {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const kept = files.filter((path) => !path.startsWith(join(folder, '.aniworld')));
      return sorted(
        await Promise.all(
          kept.map(
            async (path): Promise<[string, string]> => [path.slice(folder.length + 1), await readFile(path, 'utf8')],
          ),
        ),
      );
    },
    /** How many have their new names. Each must be there, under the old name or the new one. */
    movedOf(contents: Contents): number {
      for (const { from, to } of names) expect([contents[from], contents[to]]).toContain(from);
      return names.filter(({ to }) => contents[to] !== undefined).length;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The same numbers at each run, from 0 to 1 (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
