import type { FailureCause, QueueItem } from '@aniworld/contracts';
import { sql, type Kysely, type Transaction } from 'kysely';
import { type Checkpoint, type Publishing, readCheckpoint, readPublishing } from '../checkpoint.ts';
import type { DB } from '../schema.gen.ts';

/**
 * Statements of the lease. Each that changes a leased item repeats the guard "still mine": the id with the epoch that
 * the claim gave, while the item is `downloading`. A worker that lost its lease changes no row. Times are the
 * database's own, so that no worker's clock matters.
 */

export interface Leased extends QueueItem {
  lease_epoch: number;
  crashes: number;
  checkpoint: Checkpoint | null;
  publishing: Publishing | null;
}

/** Payloads may be of an earlier version of ours. */
const toLeased = (row: Leased): Leased => ({
  ...row,
  checkpoint: readCheckpoint(row.checkpoint),
  publishing: readPublishing(row.publishing),
});

/** What names a lease. */
export interface Lease {
  id: string;
  lease_epoch: number;
}

const held = (lease: Lease) => sql`id = ${lease.id} and lease_epoch = ${lease.lease_epoch} and state = 'downloading'`;

/** What a claim found. */
export interface Claimed {
  item: Leased | undefined;
  /** Something could have been taken, but others were at it at the same moment: ask again. */
  contested: boolean;
}

/**
 * Takes the head of the queue, if it runs and a slot is free: the first item, by (priority, rank), of a host that may be
 * asked now. Slots and item are locked with SKIP LOCKED, so claims never wait for each other, and the limits over all
 * workers, in all and per host, hold exactly. Each host's head is one look into the index `item_ready`.
 */
export async function claim(
  tx: Transaction<DB>,
  worker: { name: string; tags: string[] },
  leaseSeconds: number,
): Promise<Claimed> {
  const waiting = sql`state = 'pending' and not_before is null and not held and needs <@ ${worker.tags}::text[]`;
  const usable = sql`hs.item_id is null and (hs.free_at is null or hs.free_at <= now())`;
  const { rows } = await sql<Partial<Leased> & { contested: boolean }>`
    with free as materialized (
      select s.n from slot s, queue_state q
      where s.item_id is null and s.n <= q.max_concurrent and q.running and not q.paused and q.guard_reason is null
      order by s.n limit 1 for update of s skip locked
    ), best as materialized (
      select h.host from host h, lateral (
        select priority, rank, id from item where item.host = h.host and ${waiting} order by priority, rank, id limit 1
      ) first
      where exists (select from free) and (h.blocked_until is null or h.blocked_until <= now())
        and exists (select from host_slot hs where hs.host = h.host and ${usable})
      order by first.priority, first.rank, first.id limit 1
    ), gate as materialized (
      select hs.host, hs.n from host_slot hs where hs.host = (select host from best) and ${usable}
      order by hs.n limit 1 for update skip locked
    ), head as materialized (
      select id from item where host = (select host from gate) and ${waiting}
      order by priority, rank, id limit 1 for update skip locked
    ), taken as (
      update item set state = 'downloading', lease_epoch = lease_epoch + 1, worker = ${worker.name}, started_at = now(),
        lease_until = now() + make_interval(secs => ${leaseSeconds}), error_cause = null, error_detail = null
      from head where item.id = head.id returning item.*
    ), occupied as (
      update slot set item_id = taken.id from free, taken where slot.n = free.n
    ), entered as (
      update host_slot hs set item_id = taken.id,
        free_at = (select now() + make_interval(secs => 60.0 * h.max / h.per_minute) from host h where h.host = hs.host and h.per_minute is not null)
      from gate, taken where hs.host = gate.host and hs.n = gate.n
    )
    select exists (select from best) as contested, taken.* from (values (1)) one left join taken on true`.execute(tx);
  const { contested, ...item } = rows[0]!;
  return item.id ? { item: toLeased(item as Leased), contested: false } : { item: undefined, contested };
}

/** Prolongs a worker's leases. @returns the ids that are still its own */
export async function renew(db: Kysely<DB>, leases: Lease[], leaseSeconds: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update item set lease_until = now() + make_interval(secs => ${leaseSeconds})
    from jsonb_to_recordset(${JSON.stringify(leases)}::jsonb) as l(id uuid, lease_epoch bigint)
    where item.id = l.id and item.lease_epoch = l.lease_epoch and state = 'downloading'
    returning item.id`.execute(db);
  return rows.map((row) => row.id);
}

/** Stores what is on the disk for certain. @returns false when the lease is lost */
export async function saveCheckpoint(db: Kysely<DB>, lease: Lease, checkpoint: Checkpoint, bytesDone: number) {
  const { numAffectedRows } = await sql`
    update item set checkpoint = ${JSON.stringify(checkpoint)}::jsonb, bytes_done = ${bytesDone}, bytes_total = ${checkpoint.total}
    where ${held(lease)}`.execute(db);
  return numAffectedRows === 1n;
}

/** Announces the final name before the rename. @returns false when the lease is lost */
export async function savePublishing(db: Kysely<DB>, lease: Lease, publishing: Publishing | null): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update item set publishing = ${publishing && JSON.stringify(publishing)}::jsonb where ${held(lease)}`.execute(db);
  return numAffectedRows === 1n;
}

/** The end with a file. @returns undefined when the lease is lost */
export async function finishCompleted(tx: Transaction<DB>, lease: Lease, file: Publishing) {
  const { rows } = await sql<QueueItem>`
    update item set state = 'completed', path = ${file.path}, sha256 = ${file.sha256}, bytes_done = ${file.size},
      bytes_total = ${file.size}, finished_at = now(), lease_until = null, worker = null, checkpoint = null, publishing = null
    where ${held(lease)} returning *`.execute(tx);
  return freed(tx, rows[0]);
}

/** The end without a file. @returns undefined when the lease is lost */
export async function finishFailed(
  tx: Transaction<DB>,
  lease: Lease,
  failure: { cause: FailureCause; detail: string; attempt: number },
) {
  const { rows } = await sql<QueueItem>`
    update item set state = 'failed', attempt = ${failure.attempt}, error_cause = ${failure.cause}::failure_cause,
      error_detail = ${failure.detail}, finished_at = now(), lease_until = null, worker = null, checkpoint = null,
      publishing = null
    where ${held(lease)} returning *`.execute(tx);
  return freed(tx, rows[0]);
}

/**
 * Back to the queue, perhaps after a wait; what was fetched stays for the next try.
 * @returns undefined when the lease is lost
 */
export async function requeue(
  tx: Transaction<DB>,
  lease: Lease,
  failure: {
    cause: FailureCause | null;
    detail: string | null;
    attempt: number;
    waitSeconds: number;
    crashed: boolean;
    keepBytes: boolean;
  },
) {
  const keep = failure.keepBytes;
  const { rows } = await sql<QueueItem>`
    update item set state = 'pending', attempt = ${failure.attempt}, crashes = crashes + ${failure.crashed ? 1 : 0},
      not_before = case when ${failure.waitSeconds}::float8 > 0 then now() + make_interval(secs => ${failure.waitSeconds}) end,
      error_cause = ${failure.cause}::failure_cause, error_detail = ${failure.detail},
      lease_until = null, worker = null, publishing = null,
      checkpoint = case when ${keep} then checkpoint end, bytes_done = case when ${keep} then bytes_done else 0 end
    where ${held(lease)} returning *`.execute(tx);
  return freed(tx, rows[0]);
}

/** Frees what items occupied. */
export async function leaveSlots(tx: Transaction<DB>, ids: string[]): Promise<void> {
  await sql`
    with hosts as (update host_slot set item_id = null where item_id = any(${ids}::uuid[]))
    update slot set item_id = null where item_id = any(${ids}::uuid[])`.execute(tx);
}

async function freed(tx: Transaction<DB>, item: QueueItem | undefined) {
  if (item) await leaveSlots(tx, [item.id]);
  return item;
}

/**
 * Takes over items whose lease ran out: the raised epoch shuts the old worker out. Each is leased to the caller, who
 * settles it right away and renews it meanwhile.
 */
export async function takeExpired(
  db: Kysely<DB>,
  worker: string,
  leaseSeconds: number,
  limit: number,
): Promise<Leased[]> {
  const { rows } = await sql<Leased>`
    update item set lease_epoch = lease_epoch + 1, worker = ${worker},
      lease_until = now() + make_interval(secs => ${leaseSeconds})
    where id in (
      select id from item where state = 'downloading' and lease_until < now()
      order by lease_until limit ${limit} for update skip locked
    ) returning *`.execute(db);
  return rows.map(toLeased);
}

/** Lets delayed items whose time has come into the hot index. @returns how many */
export async function promoteDelayed(db: Kysely<DB>): Promise<number> {
  const { numAffectedRows } = await sql`
    update item set not_before = null where id in (
      select id from item where state = 'pending' and not_before <= now()
      order by not_before limit 1000 for update skip locked
    )`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Frees slots whose item does not run (any more): whatever went wrong, the limits come right again. */
export async function freeStaleSlots(db: Kysely<DB>): Promise<void> {
  await sql`
    with hosts as (
      update host_slot set item_id = null
      where item_id is not null and not exists (select from item where id = host_slot.item_id and state = 'downloading')
    )
    update slot set item_id = null
    where item_id is not null and not exists (select from item where id = slot.item_id and state = 'downloading')`.execute(
    db,
  );
}

/** Of these items, the epochs whose part files may exist: held by a lease or kept for the next try. */
export async function liveParts(db: Kysely<DB>, ids: string[]): Promise<{ id: string; epochs: number[] }[]> {
  const { rows } = await sql<{ id: string; epochs: number[] }>`
    select id, array_remove(array[case when state = 'downloading' then lease_epoch end, (checkpoint->>'epoch')::bigint,
      (publishing->>'epoch')::bigint], null)::float8[] as epochs
    from item where id = any(${ids}::uuid[]) and state in ('pending', 'downloading')`.execute(db);
  return rows;
}
