import { statement } from '@aniworld/chassis';
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
export const toLeased = (row: Leased): Leased => ({
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

/** Prolongs a worker's leases. @returns the ids that are still its own */
export async function renew(db: Kysely<DB>, leases: Lease[], leaseSeconds: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with mine as materialized (
      select item.id from item, jsonb_to_recordset(${JSON.stringify(leases)}::jsonb) as l(id uuid, lease_epoch bigint)
      where item.id = l.id and item.lease_epoch = l.lease_epoch and state = 'downloading'
      order by item.id for update of item
    )
    update item set lease_until = now() + make_interval(secs => ${leaseSeconds}) from mine where item.id = mine.id
    returning item.id`.execute(db);
  return rows.map((row) => row.id);
}

/** Announces the final names before the renames. @returns the ids whose leases were still held */
export async function savePublishings(
  db: Kysely<DB>,
  all: { lease: Lease; publishing: Publishing }[],
): Promise<Set<string>> {
  const rows = await announce(db, {
    ids: all.map(({ lease }) => lease.id),
    epochs: all.map(({ lease }) => lease.lease_epoch),
    publishings: all.map(({ publishing }) => JSON.stringify(publishing)),
  });
  return new Set(rows.map(({ id }) => id));
}

const announce = statement<{ ids: string[]; epochs: number[]; publishings: string[] }, { id: string }>(
  'save_publishings',
  ({ ids, epochs, publishings }) => sql`
    with mine as materialized (
      select item.id, p.publishing from item, unnest(
        ${ids}::uuid[], ${epochs}::bigint[], ${publishings}::text[]
      ) as p(leased, epoch, publishing)
      where item.id = p.leased and item.lease_epoch = p.epoch and state = 'downloading'
      order by item.id for update of item
    )
    update item set publishing = mine.publishing::jsonb from mine where item.id = mine.id returning item.id`,
);

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

/** What a worker must be able to do to take the item. */
export async function setNeeds(tx: Transaction<DB>, id: string, needs: string): Promise<void> {
  await sql`update item set needs = array[${needs}] where id = ${id}`.execute(tx);
}

/** Lets the ready items of a series wait. */
export async function delaySeries(tx: Transaction<DB>, seriesId: string, seconds: number): Promise<void> {
  await sql`
    update item set not_before = now() + make_interval(secs => ${seconds})
    where id in (
      select id from item where series_id = ${seriesId} and state = 'pending' and not_before is null for update skip locked
    )`.execute(tx);
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

/** The database's clock, by which leases run. */
export async function readClock(db: Kysely<DB>): Promise<string> {
  const { rows } = await sql<{ now: string }>`select now()`.execute(db);
  return rows[0]!.now;
}

/**
 * Takes over items whose lease had run out at `now`, which the database has told: the raised epoch shuts the old worker out. Each
 * is leased to the caller, who settles it right away and renews it meanwhile.
 */
export async function takeExpired(
  db: Kysely<DB>,
  worker: string,
  leaseSeconds: number,
  limit: number,
  now: string,
): Promise<Leased[]> {
  const { rows } = await sql<Leased>`
    update item set lease_epoch = lease_epoch + 1, worker = ${worker},
      lease_until = now() + make_interval(secs => ${leaseSeconds})
    where id in (
      select id from item where state = 'downloading' and lease_until < ${now}
      order by lease_until limit ${limit} for update skip locked
    ) returning *`.execute(db);
  return rows.map(toLeased);
}

/** No worker's lease is longer, in seconds. */
export const LONGEST_LEASE = 300;

/**
 * Cuts leases short that last longer than any can, because the database's clock was set back: their workers renew them, and
 * those of the lost ones run out.
 */
export async function shortenLeases(db: Kysely<DB>, leaseSeconds: number): Promise<void> {
  await sql`
    update item set lease_until = now() + make_interval(secs => ${leaseSeconds})
    where state = 'downloading' and lease_until > now() + make_interval(secs => ${LONGEST_LEASE + 1})`.execute(db);
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
