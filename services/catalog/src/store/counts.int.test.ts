import { createLog, openDb } from '@aniworld/chassis';
import { testDatabase } from '@aniworld/testing';
import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { DB } from '../schema.gen.ts';
import { recountAired } from './series.ts';

const log = createLog({ level: 'silent', service: 'catalog', out: null });
const SERIES = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`);

it('keeps the figures of series equal to what their rows say, whatever happens to them', async () => {
  await using opened = await openCatalog();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (taken) => {
      await sql`truncate series, file cascade`.execute(opened.db);
      await insertSeries(opened.db);
      for (const [kind, a, b] of taken) await steps[kind]!(opened.db, a, b);
      expect(await kept(opened.db)).toEqual(await counted(opened.db));
    }),
    { numRuns: 30 },
  );
});

it('loses no count when two transactions change one series at the same time', async () => {
  await using opened = await openCatalog();
  const { db } = opened;
  await insertSeries(db);
  const id = SERIES[0]!;
  const second = Promise.withResolvers<void>();
  const first = db.transaction().execute(async (tx) => {
    await insertEpisode(tx, id, { season: 1, episode: 1 });
    const other = db.transaction().execute((rival) => insertEpisode(rival, id, { season: 1, episode: 2 }));
    void other.then(second.resolve, second.reject);
    // The other one waits for this one's lock by now.
    await expect.poll(() => waiting(db)).toBe(1);
  });
  await Promise.all([first, second.promise]);
  expect(await kept(db)).toEqual(await counted(db));
});

it('counts anew when the day of an episode has come, and not again on the same day', async () => {
  await using opened = await openCatalog();
  const { db } = opened;
  await insertSeries(db);
  await insertEpisode(db, SERIES[0]!, { season: 1, episode: 1, air_date: day(0) });
  await insertEpisode(db, SERIES[1]!, { season: 1, episode: 1, air_date: day(1) });
  // As if the count had been made yesterday.
  await db
    .updateTable('series')
    .set({ next_airing: day(0), missing_count: 0 })
    .where('id', '=', SERIES[0]!)
    .execute();
  expect(await db.transaction().execute(recountAired)).toMatchObject([{ id: SERIES[0] }]);
  expect(await kept(db)).toEqual(await counted(db));
  expect(await db.transaction().execute(recountAired)).toEqual([]);
});

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Some of the episodes: several in one statement, so that a trigger sees more than one series. */
const some = (n: number) => sql<boolean>`abs(hashtext(episode.id::text)) % 3 = ${n % 3}`;

const steps: Record<string, (db: Kysely<DB>, a: number, b: number) => Promise<unknown>> = {
  async episodes(db, a, b) {
    for (let n = 0; n <= a % 3; n += 1)
      await insertEpisode(db, SERIES[(b + n) % 3]!, { season: a % 3, episode: 1 + b, air_date: n ? null : day(b - 5) });
  },
  air: (db, a, b) => sql`update episode set air_date = ${day(b - 5)} where ${some(a)}`.execute(db),
  // To a season that nothing was in, so that no two of a series meet there.
  season: (db, a) =>
    sql`update episode set season = season + 20 where season < 20 and ${some(a)} and not exists (
      select from episode other where other.series_id = episode.series_id and other.season >= 20)`.execute(db),
  title: (db, a) => sql`update episode set title = 'other' where ${some(a)}`.execute(db),
  monitor: (db, a, b) => sql`update episode set monitored = ${b % 2 === 0} where ${some(a)}`.execute(db),
  drop: (db, a) => sql`delete from episode where ${some(a)}`.execute(db),
  file: (db, a, b) => insertFile(db, a * 100 + b, a),
  link: (db, a, b) =>
    sql`insert into file_episode (file_id, episode_id) select file.id, episode.id from file, episode
      where ${some(a)} and file.size % 3 = ${b % 3} on conflict do nothing`.execute(db),
  unlink: (db, a) =>
    sql`delete from file_episode using episode where episode.id = episode_id and ${some(a)}`.execute(db),
  resize: (db, a, b) => sql`update file set size = size + ${b} where size % 3 = ${a % 3}`.execute(db),
  lose: (db, a) => sql`delete from file where size % 3 = ${a % 3}`.execute(db),
  remove: (db, a) => sql`delete from series where id = ${SERIES[2]} and ${a === 0}`.execute(db),
};

const step = fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(11), fc.nat(11));

async function kept(db: Kysely<DB>) {
  return db
    .selectFrom('series')
    .select(['id', 'episode_count', 'file_count', 'missing_count', 'monitored_count', 'size', 'next_airing', 'seasons'])
    .orderBy('id')
    .execute();
}

/** The same, counted in the plainest way there is. */
async function counted(db: Kysely<DB>) {
  const series = await db.selectFrom('series').select('id').orderBy('id').execute();
  const episodes = await db.selectFrom('episode').selectAll().execute();
  const files = new Map((await db.selectFrom('file').selectAll().execute()).map((file) => [file.id, file.size]));
  const links = await db.selectFrom('file_episode').selectAll().execute();
  const held = new Set(links.map((link) => link.episode_id));
  const figures = (own: typeof episodes) => ({
    episode_count: own.length,
    file_count: own.filter((one) => held.has(one.id)).length,
    missing_count: own.filter(
      (one) => one.monitored && !held.has(one.id) && (one.air_date === null || one.air_date <= day(0)),
    ).length,
    monitored_count: own.filter((one) => one.monitored).length,
  });
  return series.map(({ id }) => {
    const own = episodes.filter((one) => one.series_id === id);
    const ids = new Set(own.map((one) => one.id));
    const holders = new Set(links.filter((link) => ids.has(link.episode_id)).map((link) => link.file_id));
    const seasons = [...new Set(own.map((one) => one.season))].sort((a, b) => (a || 1e5) - (b || 1e5));
    const coming = own.flatMap((one) => (one.air_date && one.air_date > day(0) ? one.air_date : []));
    return {
      id,
      ...figures(own),
      size: [...holders].reduce((sum, file) => sum + (files.get(file) ?? 0), 0),
      next_airing: coming.sort()[0] ?? null,
      seasons: seasons.map((season) => ({ season, ...figures(own.filter((one) => one.season === season)) })),
    };
  });
}

async function openCatalog() {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await testDatabase());
  const migrations = new URL('../../migrations/', import.meta.url);
  const db = await openDb<DB>({ url, service: 'catalog', migrations, log, max: 4 });
  stack.defer(() => db.destroy());
  const owned = stack.move();
  return { db, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function insertSeries(db: Kysely<DB>): Promise<void> {
  const names = { sort_title: 'a', search_text: 'a', title: 'A', provider: 'sample', folder: '/library' };
  await db
    .insertInto('series')
    .values(SERIES.map((id) => ({ id, ...names, provider_ref: id })))
    .execute();
}

async function insertEpisode(
  db: Kysely<DB>,
  series_id: string,
  numbers: { season: number; episode: number; air_date?: string | null },
): Promise<void> {
  const { season, episode, air_date = null } = numbers;
  await sql`
    insert into episode (series_id, season, episode, air_date, title, provider_ref)
    select ${series_id}, ${season}, ${episode}, ${air_date}, '', ${randomUUID()}
    where exists (select from series where id = ${series_id}) and not exists (
      select from episode where (series_id, season, episode) = (${series_id}, ${season}, ${episode}))`.execute(db);
}

async function insertFile(db: Kysely<DB>, n: number, size: number): Promise<void> {
  const facts = { root: '/library', place: '', mtime_ms: 0, reason: '' };
  await db
    .insertInto('file')
    .values({ path: `/library/${n}.mkv`, size, ...facts })
    .onConflict((conflict) => conflict.column('path').doUpdateSet({ size }))
    .execute();
}

async function waiting(db: Kysely<DB>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_locks join pg_stat_activity using (pid)
    where datname = current_database() and not granted`.execute(db);
  return rows[0]?.count ?? 0;
}
