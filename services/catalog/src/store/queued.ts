import type { QueueItem } from '@aniworld/contracts';
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

type Told = Pick<QueueItem, 'id' | 'episode_id' | 'state' | 'error_cause' | 'error_detail' | 'added_at' | 'version'>;

/**
 * Stores what the queue told of items, unless something newer is known: events come in any order. Episodes that are no
 * longer here are passed over.
 */
export async function storeQueued(db: Database | Tx, items: readonly Told[]): Promise<void> {
  if (items.length === 0) return;
  const told = items.map(({ id, episode_id, state, error_cause, error_detail, added_at, version }) => ({
    ...{ item_id: id, episode_id, state, cause: error_cause, detail: error_detail, added_at, version },
  }));
  // Two items of one episode in one statement would be an error; the younger one counts.
  await sql`
    insert into queued_episode as known (episode_id, item_id, state, cause, detail, failures, added_at, version)
    select distinct on (t.episode_id) t.episode_id, t.item_id, t.state, t.cause, t.detail,
      case when t.state = 'failed' then 1 else 0 end, t.added_at, t.version
    from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as t (episode_id uuid, item_id uuid, state text, cause text,
      detail text, added_at timestamptz(3), version bigint)
    join episode on episode.id = t.episode_id
    order by t.episode_id, t.added_at desc, t.version desc
    on conflict (episode_id) do update set
      item_id = excluded.item_id, state = excluded.state, cause = excluded.cause, detail = excluded.detail,
      failures = case excluded.state when 'failed' then known.failures + 1 when 'completed' then 0 else known.failures end,
      added_at = excluded.added_at, version = excluded.version, changed_at = now()
    where (known.added_at, known.version) < (excluded.added_at, excluded.version)`.execute(db);
}

/** Items were taken out of the queue. What had ended before keeps how it ended. */
export async function storeRemoved(db: Database | Tx, itemIds: readonly string[]): Promise<void> {
  await sql`
    update queued_episode set state = 'removed', cause = null, detail = null, changed_at = now()
    where item_id = any(${itemIds}::uuid[]) and state in ('pending', 'downloading')`.execute(db);
}

/**
 * Takes for removed what should wait in the queue and isn't there.
 * @param present ids of all items that wait or run
 * @param before when their list was begun to be read; what was told later is newer than the list
 */
export async function storeAbsent(db: Database, present: readonly string[], before: string): Promise<void> {
  await sql`
    update queued_episode set state = 'removed', cause = null, detail = null, changed_at = now()
    where state in ('pending', 'downloading') and changed_at < ${before}::timestamptz
      and item_id <> all(${present}::uuid[])`.execute(db);
}

/** The database's clock, which all that is stored is stamped by. */
export async function databaseTime(db: Database): Promise<string> {
  const { rows } = await sql<{ now: string }>`select now()::timestamptz(3) as now`.execute(db);
  return rows[0]!.now;
}
