import { testDatabase, type Template } from '@aniworld/testing';
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openCatalogDb, scanOnce } from './scan.fixture.ts';
import type { Database } from './store/database.ts';

const KILLS = 20;
const SERIES = 60;
const EPISODES = 10;
const VICTIM = fileURLToPath(new URL('./scan-victim.fixture.ts', import.meta.url));

it(`a scan that is killed at any of ${KILLS} points ends in the same state as an undisturbed one`, {
  timeout: 120_000,
}, async () => {
  await using library = await makeLibrary();
  // The library as it was known, and then what has happened to it since.
  const template: Template = { name: `scan ${randomUUID()}`, prepare: (url) => knowLibrary(url, library.folder) };
  await using undisturbed = await testDatabase({ template });
  await library.change();
  const begun = performance.now();
  const wanted = await scannedState(undisturbed.url, library.folder);
  const span = performance.now() - begun;
  expect(new Set(wanted.files.map((file) => file.state))).toEqual(
    new Set(['matched', 'duplicate', 'unmatched', 'ignored']),
  );
  const reached = new Set<string>();
  let next = startVictim(library.folder);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const victim = next;
    next = startVictim(library.folder);
    await using database = await testDatabase({ template });
    // A little of each share of its time, so that all of it is covered.
    reached.add(await killAfter(await victim, database.url, (span * (kill + Math.random())) / KILLS));
    expect(await scannedState(database.url, library.folder)).toEqual(wanted);
  }
  (await next).kill('SIGKILL');
  expect(reached).toContain('begun');
});

/** @returns how far it had come */
async function killAfter(victim: ChildProcess, url: string, ms: number): Promise<string> {
  let said = '';
  const exit = once(victim, 'exit');
  const begun = new Promise<void>((resolve) => {
    victim.on('message', (message: string) => {
      said = message;
      resolve();
    });
  });
  victim.send(url);
  await begun;
  await delay(ms);
  victim.kill('SIGKILL');
  await exit;
  return said;
}

async function startVictim(folder: string): Promise<ChildProcess> {
  const child = fork(VICTIM, [folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  await once(child, 'message');
  return child;
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

/** Everything that a scan decides, without ids and times. */
async function scannedState(url: string, folder: string) {
  const db = await openCatalogDb(url);
  try {
    await scanOnce(db, folder);
    return { files: await filesOf(db), folders: await foldersOf(db), series: await countsOf(db) };
  } finally {
    await db.destroy();
  }
}

async function filesOf(db: Database) {
  const { rows } = await sql<{ path: string; state: string }>`
    select path, file.size, mtime_ms, inode, kind, state, reason, series.title,
      array(select concat(episode, case when chosen then '!' end) from file_episode join episode on episode.id = episode_id
        where file_id = file.id order by 1) as episodes
    from file left join series on series.id = series_id order by path`.execute(db);
  return rows;
}

async function foldersOf(db: Database) {
  const { rows } = await sql<object>`select path, digest, files from folder order by path`.execute(db);
  return rows;
}

async function countsOf(db: Database) {
  const { rows } = await sql<object>`
    select title, file_count, missing_count, size from series order by title`.execute(db);
  return rows;
}

async function makeLibrary() {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-kill-'));
  const name = (series: number) => `Lantern ${series}x`;
  const file = (series: number, episode: number) =>
    join(folder, name(series), 'Season 01', `${name(series)} - S01E${String(episode).padStart(2, '0')}.mkv`);
  const write = async (path: string, bytes: number) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.alloc(bytes));
  };
  const each = async (work: (series: number) => Promise<void>) => {
    for (let series = 1; series <= SERIES; series += 1) await work(series);
  };
  await each(async (series) => {
    for (let episode = 1; episode <= EPISODES - 2; episode += 1) await write(file(series, episode), series + episode);
  });
  return {
    folder,
    change: () =>
      each(async (series) => {
        await write(file(series, EPISODES), 7);
        await write(file(series, 1), 1_000 + series);
        await write(join(folder, name(series), 'Extras', 'Making of.mkv'), 3);
        await write(join(folder, name(series), `${name(series)} - S02E01.mkv`), 4);
        if (series % 3 === 0) await rm(file(series, 2));
        if (series % 4 === 0) await write(join(folder, name(series), 'other', `${name(series)} - S01E03.mkv`), 900);
        if (series % 7 === 0) await rename(join(folder, name(series)), join(folder, `A ${series}`));
        if (series % 11 === 0) await rm(join(folder, name(series)), { recursive: true, force: true });
      }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
