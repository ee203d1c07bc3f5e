import type { WorkerInfo } from '@aniworld/contracts';
import type { Db } from '@aniworld/chassis';
import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { DB } from '../schema.gen.ts';

export type Report = Omit<z.output<typeof WorkerInfo>, 'items' | 'seen_at'>;

/** One that was silent for longer is gone. */
const SEEN_SECONDS = 30;

/** A worker's report of itself. */
export async function reportWorker(db: Kysely<DB>, report: Report): Promise<void> {
  await sql`
    insert into worker (name, machine, version, slots, tags, active, speed, started_at)
    values (${report.name}, ${report.machine}, ${report.version}, ${report.slots}, ${report.tags}::text[], ${report.active},
      ${report.speed}, ${report.started_at})
    on conflict (name) do update set tags = excluded.tags, active = excluded.active, speed = excluded.speed,
      seen_at = now()`.execute(db);
}

export async function forgetWorker(db: Kysely<DB>, name: string): Promise<void> {
  await sql`delete from worker where name = ${name} or seen_at < now() - interval '1 day'`.execute(db);
}

/** Workers that were seen lately, each with what it has leased. */
export async function listWorkers(db: Db<DB>): Promise<z.output<typeof WorkerInfo>[]> {
  const { rows } = await sql<z.output<typeof WorkerInfo>>`
    select w.*, coalesce((
      select jsonb_agg(jsonb_build_object('id', i.id, 'title', i.title, 'percent', i.percent) order by i.started_at)
      from item i where i.state = 'downloading' and i.worker = w.name), '[]') as items
    from worker w where seen_at > now() - make_interval(secs => ${SEEN_SECONDS}) order by name`.execute(db);
  return rows;
}

/**
 * Where a worker stands among those that were seen lately, from 0: each at a place of its own. The order is another one each
 * minute, by the database's clock, so that nobody is always the first. One that has not reported itself yet comes last.
 */
export async function findPlace(db: Db<DB>, worker: string): Promise<number> {
  const { rows } = await sql<{ place: number }>`
    with seen as (
      select name, md5(name || date_trunc('minute', now())) as turn from worker
      where seen_at > now() - make_interval(secs => ${SEEN_SECONDS})
    )
    select count(*)::int as place from seen
    where turn < (select turn from seen where name = ${worker}) is not false`.execute(db);
  return rows[0]!.place;
}

/** Downloads that run now on each host, over all workers: what shared bandwidth is divided by. */
export async function countRunning(db: Db<DB>): Promise<{ host: string; n: number }[]> {
  const { rows } = await sql<{ host: string; n: number }>`
    select host, count(*)::float8 as n from item where state = 'downloading' group by host`.execute(db);
  return rows;
}
