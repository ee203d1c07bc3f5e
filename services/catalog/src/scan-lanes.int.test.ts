import { testDatabase } from '@aniworld/testing';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openCatalogDb, scanOnce } from './scan.fixture.ts';
import type { Database } from './store/database.ts';

const SERIES = 10;
const EPISODES = 3;
/** Several looks, of which each holds files of every series. */
const PLACES = 120;
const ROUNDS = 3;

it('one file of each episode is chosen, the largest, when all looks of a scan find files of the same series', async () => {
  await using database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-lanes-'));
  const db = await openCatalogDb(database.url);
  try {
    await knowSeries(db, folder);
    for (let round = 0; round < ROUNDS; round += 1) {
      const largest = await writeFiles(folder, round);
      await scanOnce(db, folder);
      expect(await chosenFiles(db)).toEqual(largest);
      expect(await totals(db)).toEqual({
        ...{ matched: SERIES * EPISODES, duplicate: (PLACES - SERIES) * EPISODES },
        ...{ links: PLACES * EPISODES, counted: SERIES * EPISODES, problems: [] },
      });
    }
  } finally {
    await db.destroy();
    await rm(folder, { recursive: true });
  }
});

async function knowSeries(db: Database, folder: string): Promise<void> {
  await sql`
    insert into series (title, provider, provider_ref, folder, sort_title, search_text)
    select 'Lantern ' || n || 'x', 'test', n::text, ${folder}, n::text, n::text
    from generate_series(0, ${SERIES - 1}::int) as n`.execute(db);
  await sql`
    insert into episode (series_id, season, episode, title, provider_ref)
    select id, 1, n, 'Night', n::text from series, generate_series(1, ${EPISODES}::int) as n`.execute(db);
}

/** @returns the path of the largest file of each episode, in the order of paths */
async function writeFiles(folder: string, round: number): Promise<string[]> {
  const best = new Map<string, { path: string; size: number }>();
  for (let place = 0; place < PLACES; place += 1) {
    const within = join(folder, `Place ${String(place).padStart(3, '0')}`);
    await mkdir(within, { recursive: true });
    for (let episode = 1; episode <= EPISODES; episode += 1) {
      const name = `Lantern ${place % SERIES}x - S01E0${episode}.mkv`;
      // Another one is the largest each time, and all sizes differ.
      const size = 1 + ((place * 37 + round * 53) % PLACES);
      const path = join(within, name);
      await writeFile(path, Buffer.alloc(size));
      if (size > (best.get(name)?.size ?? 0)) best.set(name, { path, size });
    }
  }
  return [...best.values()].map(({ path }) => path).sort();
}

async function chosenFiles(db: Database): Promise<string[]> {
  const { rows } = await sql<{ path: string }>`
    select path from file_episode join file on file.id = file_id where chosen and state = 'matched' order by path`.execute(
    db,
  );
  return rows.map(({ path }) => path);
}

async function totals(db: Database): Promise<unknown> {
  const { rows } = await sql`
    select (select count(*) from file where state = 'matched') as matched,
      (select count(*) from file where state = 'duplicate') as duplicate,
      (select count(*) from file_episode) as links,
      (select sum(file_count) from series) as counted,
      (select problems from scan order by started_at desc limit 1) as problems`.execute(db);
  return rows[0];
}
