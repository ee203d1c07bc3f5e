import { prepared } from '@aniworld/chassis';
import { sql, type Transaction } from 'kysely';
import type { DB } from '../schema.gen.ts';
import { columns } from './columns.ts';
import { type Leased, toLeased } from './lease.ts';

/** What a claim found. */
export interface Claimed {
  /** In the order of the queue. */
  items: Leased[];
  /** Something could have been taken, but others were at it at the same moment: ask again. */
  contested: boolean;
}

/** Items that one statement takes at most: with more, its own cost hardly falls any further. */
const MOST = 16;

/**
 * Takes the first items of the queue, if it runs and slots are free: by (priority, rank), of hosts that may be asked now, at
 * most `limit`; a caller with room for more asks again. Each gets its row in the timeline. Slots and items are locked with
 * SKIP LOCKED, so claims never wait for each other, and the limits over all workers, in all and per host, hold exactly.
 * Each host's head is one look into the index `item_ready`.
 * @param spread lines looked at beyond the first: for one who found the slots of the first ones locked by others
 */
export async function claim(
  tx: Transaction<DB>,
  worker: { name: string; tags: string[] },
  leaseSeconds: number,
  limit = 1,
  spread = 0,
): Promise<Claimed> {
  // A number that the planner sees, and few of them: each is a plan that the connection keeps.
  const most = 2 ** Math.floor(Math.log2(Math.min(MOST, limit)));
  const waiting = sql`state = 'pending' and not_before is null and not held and needs <@ ${worker.tags}::text[]`;
  const free = sql`s.item_id is null and s.n <= q.max_concurrent and q.running and not q.paused and q.guard_reason is null`;
  const usable = sql`hs.item_id is null and (hs.free_at is null or hs.free_at <= now())`;
  const { rows } = await sql<Partial<Leased> & { contested: boolean }>`${prepared(`claim_${most}_${spread}`)}
    with room as materialized (
      select s.n from slot s, queue_state q where ${free} order by s.n limit ${sql.lit(most)} for update of s skip locked
    ), best as materialized (
      select h.host, first.priority, first.rank, first.id
      from (select hs.host, count(*) as n from host_slot hs where ${usable} group by hs.host) open
      join host h on h.host = open.host, lateral (
        select priority, rank, id from item where item.host = h.host and ${waiting}
        order by priority, rank, id limit least(open.n, ${sql.lit(most)})
      ) first
      where exists (select from room) and (h.blocked_until is null or h.blocked_until <= now())
      order by first.priority, first.rank, first.id limit (select count(*) + ${sql.lit(spread)} from room)
    ), entrance as materialized (
      select hs.host, hs.n
      from (
        select host, count(*) as n from (select host, row_number() over (order by priority, rank, id) as place from best) b
        group by host order by min(place)
      ) line, lateral (
        select hs.host, hs.n from host_slot hs where hs.host = line.host and ${usable}
        order by hs.n limit line.n for update skip locked
      ) hs limit (select count(*) from room)
    ), gate as materialized (
      select host, n, row_number() over (partition by host) as nth from entrance
    ), head as materialized (
      select i.*, row_number() over (partition by i.host order by i.priority, i.rank, i.id) as nth
      from (select host, count(*) as n from gate group by host) line, lateral (
        select item.host, id, priority, rank from item where item.host = line.host and ${waiting}
        order by priority, rank, id limit line.n for update skip locked
      ) i
    ), pair as materialized (
      select found.id as item_id, gate.host as line, gate.n as line_n, room.n as slot_n, found.place
      from (select head.*, row_number() over (order by priority, rank, id) as place from head) found
      join gate on gate.host = found.host and gate.nth = found.nth
      join (select n, row_number() over (order by n) as place from room) room on room.place = found.place
    ), taken as (
      update item set state = 'downloading', lease_epoch = lease_epoch + 1, worker = ${worker.name}, started_at = now(),
        lease_until = now() + make_interval(secs => ${leaseSeconds}), error_cause = null, error_detail = null
      from pair where item.id = pair.item_id
      returning ${columns}, lease_epoch, crashes, checkpoint, publishing, place
    ), occupied as (
      update slot set item_id = pair.item_id from pair where slot.n = pair.slot_n
    ), entered as (
      update host_slot hs set item_id = pair.item_id,
        free_at = (select now() + make_interval(secs => 60.0 * h.max / h.per_minute) from host h where h.host = hs.host and h.per_minute is not null)
      from pair where hs.host = pair.line and hs.n = pair.line_n
    ), noted as (
      insert into timeline (item_id, episode_id, what, worker) select id, episode_id, 'claimed', worker from taken
    )
    select exists (select from best) or (
      not exists (select from room) and exists (select from slot s, queue_state q where ${free})
    ) as contested, taken.* from (values (1)) one left join taken on true order by place`.execute(tx);
  const items = rows.filter((row): row is Leased & { contested: boolean } => row.id != null);
  return { items: items.map(toLeased), contested: items.length === 0 && rows[0]!.contested };
}
