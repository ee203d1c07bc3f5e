import { statement } from '@aniworld/chassis';
import { type Kysely, sql } from 'kysely';
import type { Checkpoint } from '../checkpoint.ts';
import type { DB } from '../schema.gen.ts';
import type { Lease } from './lease.ts';

/** What is on the disk for certain of an item. */
export interface Saved {
  lease: Lease;
  checkpoint: Checkpoint;
  /** Bytes. */
  done: number;
}

const saving = statement<{ all: string }, { id: string }>(
  'save_checkpoints',
  ({ all }) => sql`
    with mine as materialized (
      select item.id, saved.checkpoint, saved.done, (saved.checkpoint->>'total')::bigint as total
      from item, jsonb_to_recordset(${all}::jsonb) as saved (id uuid, lease_epoch bigint, checkpoint jsonb, done bigint)
      where item.id = saved.id and item.lease_epoch = saved.lease_epoch and state = 'downloading'
      order by item.id for update of item
    )
    update item set checkpoint = mine.checkpoint, bytes_done = mine.done, bytes_total = mine.total
    from mine where item.id = mine.id returning item.id`,
);

/** Stores the checkpoints of several items, each at most once in it. @returns the ids whose leases were still held */
export async function saveCheckpoints(db: Kysely<DB>, all: Saved[]): Promise<Set<string>> {
  const listed = all.map(({ lease: { id, lease_epoch }, ...saved }) => ({ id, lease_epoch, ...saved }));
  const rows = await saving(db, { all: JSON.stringify(listed) });
  return new Set(rows.map(({ id }) => id));
}
