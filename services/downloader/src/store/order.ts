import type { Priority, QueueItem } from '@aniworld/contracts';
import { sql, type Transaction } from 'kysely';
import type { DB } from '../schema.gen.ts';

/**
 * Ranks are given out one transaction at a time: two adds at once would otherwise choose the same keys. Held until the
 * commit, which is a few milliseconds away.
 */
export async function lockOrder(tx: Transaction<DB>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('queue order', 0))`.execute(tx);
}

/** The last rank of a priority's items, or null: of those that run too, since they may come back to their places. */
export async function lastRank(tx: Transaction<DB>, priority: Priority): Promise<string | null> {
  const { rows } = await sql<{ rank: string | null }>`
    select max(rank) as rank from (
      (select rank from item where state = 'pending' and priority = ${priority}::item_priority
        order by priority desc, rank desc, id desc limit 1)
      union all
      select rank from item where state = 'downloading' and priority = ${priority}::item_priority
    ) last`.execute(tx);
  return rows[0]?.rank ?? null;
}

/** A pending item's place: what a move has to know of its new neighbours. */
export interface Place {
  id: string;
  priority: Priority;
  rank: string;
}

/** The item at a position of the pending list, `moved` itself left out; undefined behind its end. */
export async function placeAt(tx: Transaction<DB>, position: number, moved: string): Promise<Place | undefined> {
  const { rows } = await sql<Place>`
    select id, priority, rank from item where state = 'pending' and id <> ${moved}
    order by priority, rank, id offset ${position} limit 1`.execute(tx);
  return rows[0];
}

/** The last item of the pending list, `moved` left out. */
export async function lastPlace(tx: Transaction<DB>, moved: string): Promise<Place | undefined> {
  const { rows } = await sql<Place>`
    select id, priority, rank from item where state = 'pending' and id <> ${moved}
    order by priority desc, rank desc, id desc limit 1`.execute(tx);
  return rows[0];
}

/** The item right before a place in the pending list, `moved` left out. */
export async function placeBefore(tx: Transaction<DB>, place: Place, moved: string): Promise<Place | undefined> {
  const { rows } = await sql<Place>`
    select id, priority, rank from item
    where state = 'pending' and id <> ${moved}
      and (priority, rank, id) < (${place.priority}::item_priority, ${place.rank}, ${place.id}::uuid)
    order by priority desc, rank desc, id desc limit 1`.execute(tx);
  return rows[0];
}

/** Gives a pending item its new place; without a priority it keeps its own. @returns undefined when it is not pending (any more) */
export async function setPlace(tx: Transaction<DB>, id: string, priority: Priority | null, rank: string) {
  const { rows } = await sql<QueueItem>`
    update item set priority = coalesce(${priority}::item_priority, priority), rank = ${rank}
    where id = ${id} and state = 'pending' returning *`.execute(tx);
  return rows[0];
}

/** Writes a band's ranks anew, in its present order. */
export async function rerank(tx: Transaction<DB>, priority: Priority, ranks: string[]): Promise<void> {
  await sql`
    update item set rank = fresh.rank
    from (
      select id, (${ranks}::text[])[row_number() over (order by rank, id)] as rank
      from item where state = 'pending' and priority = ${priority}::item_priority
    ) fresh
    where item.id = fresh.id`.execute(tx);
}

/** Pending items of a priority. */
export async function countBand(tx: Transaction<DB>, priority: Priority): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from item where state = 'pending' and priority = ${priority}::item_priority`.execute(tx);
  return rows[0]?.n ?? 0;
}

/** Reads ranks again. @returns a function from id to rank, null for an id that is missing */
export async function ranksOf(tx: Transaction<DB>, ids: (string | undefined)[]) {
  const known = ids.filter((id) => id !== undefined);
  const { rows } = await sql<{ id: string; rank: string }>`
    select id, rank from item where id = any(${known}::uuid[])`.execute(tx);
  const byId = new Map(rows.map((row) => [row.id, row.rank]));
  return (id: string | undefined) => byId.get(id ?? '') ?? null;
}
