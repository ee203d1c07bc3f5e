import { emitRows, prepared } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import { type Kysely, sql } from 'kysely';
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
/** Lines that a claim of one item looks at beyond the first: when others stand at those, it takes the next that is free. */
const SPREAD = 16;

/** A time as events carry it. */
const utc = (column: string) => sql.raw(`to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
/** The event of the claim, from the rows of `taken`: as `changeOf('started', items, items)` would write it. */
const started = sql`
  select jsonb_build_object('status', null, 'change', jsonb_build_object('kind', 'started', 'count', count(*),
    'ids', jsonb_agg(id order by place),
    'items', jsonb_agg(to_jsonb(told) - 'place' || jsonb_build_object('added_at', ${utc('added_at')},
      'not_before', ${utc('not_before')}, 'finished_at', ${utc('finished_at')}) order by place)))
  from (select ${columns}, place from taken) told having count(*) > 0`;

/**
 * Takes the first items of the queue, if it runs and slots are free: by (priority, rank), of hosts that may be asked now, at
 * most `limit`; a caller with room for more asks again. Each gets its row in the timeline, all together their event. Slots
 * and items are locked with SKIP LOCKED, so claims never wait for each other, and the limits over all workers, in all and
 * per host, hold exactly. It is one statement, so that a claim by itself is one round trip and needs no transaction around
 * it. Each host's head is one look into the index `item_ready`, from where its line begins (`raiseLines`).
 * Several items have to be the very first ones; one is the first that nobody else has in hand.
 */
export async function claim(
  db: Kysely<DB>,
  worker: { name: string; tags: string[] },
  leaseSeconds: number,
  limit = 1,
): Promise<Claimed> {
  // A number that the planner sees, and few of them: each is a plan that the connection keeps.
  const most = 2 ** Math.floor(Math.log2(Math.min(MOST, limit)));
  const spread = most === 1 ? SPREAD : 0;
  // Most items need nothing, and only said like this does the planner know: at a containment it expects hardly a row,
  // so that it reads and sorts a host's whole line.
  const able = sql`(needs = '{}' or needs <@ ${worker.tags}::text[])`;
  const waiting = sql`state = 'pending' and not_before is null and not held and ${able}`;
  const free = sql`s.item_id is null and s.n <= q.max_concurrent and q.running and not q.paused and q.guard_reason is null`;
  const usable = sql`hs.item_id is null and (hs.free_at is null or hs.free_at <= now())`;
  const { rows } = await sql<Partial<Leased> & { contested: boolean }>`${prepared(`claim_${most}`)}
    with room as materialized (
      select s.n from slot s, queue_state q where ${free} order by s.n limit ${sql.lit(most)} for update of s skip locked
    ), best as materialized (
      select h.host, first.priority, first.rank, first.id
      from (select hs.host, count(*) as n from host_slot hs where ${usable} group by hs.host) open
      join host h on h.host = open.host join line_head l on l.host = open.host, lateral (
        select priority, rank, id from item where item.host = l.host and ${waiting}
          and (item.priority, item.rank) >= (coalesce(l.priority, 'high'), coalesce(l.rank, ''))
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
      from (select host, count(*) as n from gate group by host) line
      join (select distinct on (host) host, priority, rank, id from best order by host, priority, rank, id) first
        on first.host = line.host,
      lateral (
        select item.host, id, priority, rank from item where item.host = line.host and ${waiting}
          and (item.priority, item.rank, item.id) >= (first.priority, first.rank, first.id)
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
    ), told as (
      ${emitRows(queue.changed, started)}
    )
    select exists (select from best) or (
      not exists (select from room) and exists (select from slot s, queue_state q where ${free})
    ) as contested, taken.* from (values (1)) one left join taken on true order by place`.execute(db);
  const items = rows.filter((row): row is Leased & { contested: boolean } => row.id != null);
  return { items: items.map(toLeased), contested: items.length === 0 && rows[0]!.contested };
}
