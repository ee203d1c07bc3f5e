import { type Kysely, sql } from 'kysely';
import type { DB } from '../schema.gen.ts';

/** Rows of one statement: a clean-up of years must not hold a lock for minutes. */
const BATCH = 5_000;

/** Deletes ended items and timeline rows that are older. @returns how many rows; 0 when all is done */
export async function deleteOlder(db: Kysely<DB>, days: number): Promise<number> {
  const items = await sql`
    delete from item where id in (
      select id from item
      where state in ('completed', 'failed', 'cancelled') and finished_at < now() - make_interval(days => ${days})
      order by finished_at limit ${BATCH}
    )`.execute(db);
  // Its rows are in the order of time: when the first are young, none needs to be read behind them.
  const rows = await sql`
    delete from timeline where id in (
      select id from (select id, at from timeline order by id limit ${BATCH}) first
      where at < now() - make_interval(days => ${days})
    )`.execute(db);
  return Number((items.numAffectedRows ?? 0n) + (rows.numAffectedRows ?? 0n));
}

/**
 * The pending item that has waited longest and was not moved for it yet, and how many were.
 * @param minutes what counts as long
 */
export async function oldestWaiting(
  db: Kysely<DB>,
  minutes: number,
): Promise<{ id: string; aged: number } | undefined> {
  const { rows } = await sql<{ id: string; aged: number }>`
    select id, (select count(*) from item where state = 'pending' and aged) as aged
    from item where state = 'pending' and not held and not_before is null and not aged
      and added_at < now() - make_interval(mins => ${minutes})
    order by added_at, priority, rank, id limit 1`.execute(db);
  return rows[0];
}

export async function markAged(db: Kysely<DB>, id: string): Promise<void> {
  await sql`update item set aged = true where id = ${id} and state = 'pending'`.execute(db);
}
