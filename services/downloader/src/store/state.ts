import type { QueueStatus } from '@aniworld/contracts';
import type { Db } from '@aniworld/chassis';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../schema.gen.ts';

/** Sizes and times of so many completed items are the average's base. */
const AVERAGE_OF = 100;
/** A worker that was silent for so long is gone. */
const WORKER_SECONDS = 30;

/** Reads no more rows than run, whatever the length of the queue. */
export async function readStatus(db: Db<DB>): Promise<QueueStatus> {
  const { rows } = await sql<Status>`
    select q.running, q.paused, coalesce(q.guard_reason, q.reason) as reason, q.max_concurrent,
      (select jsonb_object_agg(s, (select coalesce(sum(n), 0) from item_count c where c.state = s))
        from unnest(enum_range(null::item_state)) s) as counts,
      (select coalesce(sum(speed), 0) from worker where seen_at > now() - make_interval(secs => ${WORKER_SECONDS})) as speed,
      (select coalesce(sum(greatest(bytes_total - bytes_done, 0)), 0) from item where state = 'downloading') as running_bytes,
      (select count(*) from item where held and state = 'pending') as held,
      recent.mean_size, recent.mean_speed, floor(extract(epoch from clock_timestamp()) * 1000)::bigint as version
    from queue_state q, (
      select avg(bytes_total)::float8 as mean_size,
        (sum(bytes_total) / nullif(sum(extract(epoch from finished_at - started_at)), 0))::float8 as mean_speed
      from (
        select bytes_total, finished_at, started_at from item where state = 'completed' order by finished_at desc limit ${AVERAGE_OF}
      ) newest
    ) recent`.execute(db);
  const { running_bytes, held, mean_size, mean_speed, ...status } = rows[0]!;
  const waiting = status.counts.pending - held;
  const left = running_bytes + waiting * (mean_size ?? 0);
  const known = status.speed > 0 && (waiting === 0 || mean_size !== null);
  return { ...status, average_speed: Math.round(mean_speed ?? 0), eta: known ? Math.round(left / status.speed) : null };
}

type Status = Omit<QueueStatus, 'average_speed' | 'eta'> & {
  running_bytes: number;
  held: number;
  mean_size: number | null;
  mean_speed: number | null;
};

/** Rows of `item_count` that are left as they are; adding them up at each look costs nothing. */
const FEW_COUNTS = 100;

/** Adds up the changes of the counts. Two at once don't count anything twice: each inserts what it deleted itself. */
export async function foldCounts(db: Kysely<DB>): Promise<void> {
  await sql`
    with changes as (
      delete from item_count where (select count(*) from item_count) > ${FEW_COUNTS} returning state, n
    )
    insert into item_count (state, n) select state, sum(n) from changes group by state`.execute(db);
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

/** Shuts the queue by the server itself, or opens it again. @returns false when it was so already */
export async function setGuard(tx: Transaction<DB>, reason: string | null): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update queue_state set guard_reason = ${reason} where guard_reason is distinct from ${reason}::text`.execute(tx);
  return numAffectedRows === 1n;
}

/** Applies the configured number of downloads at once. Slots above it disappear as they become free. */
export async function setMaxConcurrent(tx: Transaction<DB>, most: number): Promise<void> {
  await sql`update queue_state set max_concurrent = ${most} where max_concurrent <> ${most}`.execute(tx);
  await sql`insert into slot (n) select generate_series(1, ${most}::int) on conflict do nothing`.execute(tx);
  await sql`delete from slot where n > ${most} and item_id is null`.execute(tx);
}
