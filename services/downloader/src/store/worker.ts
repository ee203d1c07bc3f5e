import type { WorkerInfo } from '@aniworld/contracts';
import type { Db } from '@aniworld/chassis';
import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { DB } from '../schema.gen.ts';

export type Report = Omit<z.output<typeof WorkerInfo>, 'items' | 'seen_at'>;

/** A worker's report of itself. */
export async function reportWorker(db: Kysely<DB>, report: Report): Promise<void> {
  await sql`
    insert into worker (name, machine, version, slots, tags, active, speed, started_at)
    values (${report.name}, ${report.machine}, ${report.version}, ${report.slots}, ${report.tags}::text[], ${report.active},
      ${report.speed}, ${report.started_at})
    on conflict (name) do update set active = excluded.active, speed = excluded.speed, seen_at = now()`.execute(db);
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
    from worker w where seen_at > now() - interval '30 seconds' order by name`.execute(db);
  return rows;
}

/** Downloads that run now, over all workers: what a shared bandwidth is divided by. */
export async function countRunning(db: Db<DB>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from slot where item_id is not null`.execute(db);
  return rows[0]?.n ?? 0;
}
