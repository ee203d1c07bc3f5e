import { createLog, type Log, openDb } from '@aniworld/chassis';
import { testDatabase } from '@aniworld/testing';
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import { addItems, describe } from './queue.ts';
import type { DB } from './schema.gen.ts';
import { claim, type Claimer } from './store/claim.ts';
import type { Leased } from './store/lease.ts';
import { setMaxConcurrent } from './store/state.ts';

/** Who takes items in tests of the stores. */
export const claimer: Claimer = { worker: 'worker', tags: ['http'], leaseSeconds: 60 };

/** A queue's database by itself, migrated. */
export async function openQueue(): Promise<{ db: Kysely<DB>; log: Log } & AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const { url } = opened.use(await testDatabase());
  const log = createLog({ service: 'test', level: 'silent', out: null });
  const migrations = new URL('../migrations/', import.meta.url);
  const db = opened.use(await openDb<DB>({ url, service: 'downloader', migrations, log }));
  const kept = opened.move();
  return { db, log, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Adds so many episodes of one series, which the catalog has described. @returns their ids */
export async function addEpisodes(
  db: Kysely<DB>,
  count: number,
  names = { series_title: 'A series', title: 'An episode' },
): Promise<string[]> {
  const series_id = randomUUID();
  const ids = Array.from({ length: count }, () => randomUUID());
  await addItems(db, { series_id, episode_ids: ids, priority: 'high', max_attempts: 3 });
  await describe(
    db,
    ids.map((episode_id, i) => ({ series_id, season: 1, ...names, episode_id, episode: i + 1 })),
  );
  return ids;
}

/** The same, taken by `claimer`. */
export async function claimEpisodes(...[db, count, names]: Parameters<typeof addEpisodes>): Promise<Leased[]> {
  await addEpisodes(db, count, names);
  await db.transaction().execute((tx) => setMaxConcurrent(tx, count));
  return (await claim(db, claimer, count)).items;
}
