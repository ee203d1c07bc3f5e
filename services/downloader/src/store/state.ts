import type { QueueStatus } from '@aniworld/contracts';
import type { Db } from '@aniworld/chassis';
import { sql, type Transaction } from 'kysely';
import type { DB } from '../schema.gen.ts';

export async function readStatus(db: Db<DB>): Promise<QueueStatus> {
  const { rows } = await sql<QueueStatus>`
    select q.running, q.paused, q.reason, q.max_concurrent, c.counts,
      floor(extract(epoch from clock_timestamp()) * 1000)::bigint as version
    from queue_state q, (
      select jsonb_build_object(
        'pending', count(*) filter (where state = 'pending'),
        'downloading', count(*) filter (where state = 'downloading'),
        'completed', count(*) filter (where state = 'completed'),
        'failed', count(*) filter (where state = 'failed'),
        'cancelled', count(*) filter (where state = 'cancelled')) as counts
      from item
    ) c`.execute(db);
  return rows[0]!;
}

export interface Gate {
  running: boolean;
  paused: boolean;
  reason: string | null;
}

/** Opens or shuts the queue. @returns false when it was so already */
export async function setGate(tx: Transaction<DB>, gate: Gate): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update queue_state set running = ${gate.running}, paused = ${gate.paused}, reason = ${gate.reason}
    where (running, paused, reason) is distinct from (${gate.running}, ${gate.paused}, ${gate.reason}::text)`.execute(
    tx,
  );
  return numAffectedRows === 1n;
}

/** Reads the gate and keeps others from changing it until the commit. */
export async function lockGate(tx: Transaction<DB>): Promise<Gate> {
  const { rows } = await sql<Gate>`select running, paused, reason from queue_state for update`.execute(tx);
  return rows[0]!;
}

export async function readGate(db: Db<DB>): Promise<Gate> {
  const { rows } = await sql<Gate>`select running, paused, reason from queue_state`.execute(db);
  return rows[0]!;
}

/** Applies the configured number of downloads at once. Slots above it disappear as they become free. */
export async function setMaxConcurrent(tx: Transaction<DB>, most: number): Promise<void> {
  await sql`update queue_state set max_concurrent = ${most} where max_concurrent <> ${most}`.execute(tx);
  await sql`insert into slot (n) select generate_series(1, ${most}) on conflict do nothing`.execute(tx);
  await sql`delete from slot where n > ${most} and item_id is null`.execute(tx);
}
