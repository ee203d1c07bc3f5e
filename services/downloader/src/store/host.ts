import type { AppConfig } from '@aniworld/contracts';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../schema.gen.ts';

/**
 * Hosts and their limits. The rows are written here and in the claim (slots only), never for each download, so that claims
 * of one host don't wait for each other.
 */

/** Failures in a row that shut a host; the wait doubles from there. */
const TRIPS_AT = 5;
const FIRST_REST_SECONDS = 30;
const LONGEST_REST_SECONDS = 600;

/** Makes a host known, with the default limits. */
export async function ensureHost(tx: Transaction<DB>, host: string): Promise<void> {
  await sql`
    with made as (
      insert into host (host, max, per_minute) select ${host}, host_max, host_per_minute from queue_state
      on conflict do nothing returning host, max
    )
    insert into host_slot (host, n) select host, generate_series(1, max) from made on conflict do nothing`.execute(tx);
}

/**
 * Moves a claimed item into the line of the host that it turned out to come from. When nothing was known of its series, the
 * waiting ones of it follow.
 * @returns false when that host has no slot for it now: it has to go back and wait there; undefined when the lease is lost
 */
export async function changeLine(
  tx: Transaction<DB>,
  item: { id: string; lease_epoch: number; series_id: string; host: string },
  host: string,
): Promise<boolean | undefined> {
  const { numAffectedRows: moved } = await sql`
    update item set host = ${host}
    where id = ${item.id} and lease_epoch = ${item.lease_epoch} and state = 'downloading'`.execute(tx);
  if (moved === 0n) return undefined;
  await sql`
    insert into series_host (series_id, host) values (${item.series_id}, ${host}) on conflict do nothing`.execute(tx);
  // Those that somebody has in hand are left: they learn their host themselves, and nobody waits for anybody.
  await sql`
    update item set host = ${host} where id in (
      select id from item where series_id = ${item.series_id} and host = '' and state = 'pending' and ${item.host} = ''
      for update skip locked
    )`.execute(tx);
  await sql`update host_slot set item_id = null where item_id = ${item.id}`.execute(tx);
  const { numAffectedRows } = await sql`
    update host_slot hs set item_id = ${item.id},
      free_at = case when one.per_minute is not null then now() + make_interval(secs => 60.0 * one.max / one.per_minute) end
    from (
      select s.host, s.n, h.max, h.per_minute from host_slot s join host h using (host)
      where s.host = ${host} and s.item_id is null and (s.free_at is null or s.free_at <= now())
        and (h.blocked_until is null or h.blocked_until <= now())
      order by s.n limit 1 for update of s skip locked
    ) one
    where hs.host = one.host and hs.n = one.n`.execute(tx);
  return numAffectedRows === 1n;
}

/** Applies the configured limits to all hosts. Slots above a limit disappear as they become free. */
export async function setHostLimits(tx: Transaction<DB>, queue: AppConfig['queue']): Promise<void> {
  const own = JSON.stringify(queue.hosts);
  await sql`update queue_state set host_max = ${queue.host_max_concurrent}, host_per_minute = ${queue.host_requests_per_minute}`.execute(
    tx,
  );
  await sql`
    update host set own = false, max = q.host_max, per_minute = q.host_per_minute from queue_state q
    where host.host <> '' and not exists (select from jsonb_to_recordset(${own}::jsonb) as o(host text) where o.host = host.host)`.execute(
    tx,
  );
  await sql`
    insert into host (host, max, per_minute, own)
    select o.host, o.max_concurrent, o.requests_per_minute, true
    from jsonb_to_recordset(${own}::jsonb) as o(host text, max_concurrent int, requests_per_minute int)
    on conflict (host) do update set max = excluded.max, per_minute = excluded.per_minute, own = true`.execute(tx);
  await sql`
    insert into host_slot (host, n) select host, generate_series(1, max) from host on conflict do nothing`.execute(tx);
  await sql`
    delete from host_slot hs using host h where h.host = hs.host and hs.n > h.max and hs.item_id is null`.execute(tx);
  await sql`update host_slot hs set free_at = null from host h where h.host = hs.host and h.per_minute is null`.execute(
    tx,
  );
}

/** Moves the heads of all lines on to their first items; claims do so only with those that they look into. */
export async function raiseLines(db: Kysely<DB>): Promise<void> {
  await sql`select raise_lines(array(select host from line_head))`.execute(db);
}

/** The host asked for patience: nobody asks it before then. */
export async function restHost(tx: Transaction<DB>, host: string, seconds: number): Promise<void> {
  await sql`
    update host set blocked_until = greatest(blocked_until, now() + make_interval(secs => ${seconds})),
      blocked_reason = 'it asked to wait'
    where host = ${host} and host <> ''`.execute(tx);
}

/** A download failed for a reason that may be the host's. After five in a row it rests, longer each time. */
export async function noteFailure(tx: Transaction<DB>, host: string): Promise<void> {
  await sql`
    update host set failures = failures + 1,
      blocked_until = case when failures + 1 < ${TRIPS_AT} then blocked_until
        else now() + make_interval(secs => least(${LONGEST_REST_SECONDS}::float8, ${FIRST_REST_SECONDS}::float8 * 2 ^ least(failures + 1 - ${TRIPS_AT}::int, 10))) end,
      blocked_reason = case when failures + 1 < ${TRIPS_AT} then blocked_reason else 'it failed again and again' end
    where host = ${host} and host <> ''`.execute(tx);
}
