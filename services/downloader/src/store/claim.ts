import { emitRows, prepared } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import { type Kysely, sql } from 'kysely';
import type { DB } from '../schema.gen.ts';
import { columns, told } from './columns.ts';
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

/** The event of the claim, from the rows of `taken`: as `changeOf('started', items, items)` would write it. */
const started = sql`
  select jsonb_build_object('status', null, 'change', jsonb_build_object('kind', 'started', 'count', count(*),
    'ids', jsonb_agg(item.id order by place), 'items', jsonb_agg(${told('item')} order by place)))
  from taken, lateral (select ${columns}) item where taken.id is not null having count(*) > 0`;

/**
 * Takes the first items of the queue, if it runs and slots are free: by (priority, rank), of hosts that may be asked now, at
 * most `limit`; a caller with room for more asks again. Each gets its row in the timeline, all together their event. Slots
 * and items are locked with SKIP LOCKED, so claims never wait for each other, and the limits over all workers, in all and
 * per host, hold exactly. It is one statement, so that a claim by itself is one round trip and needs no transaction around
 * it; what it takes is chosen by the function `claim_items` of the migrations.
 */
export async function claim(
  db: Kysely<DB>,
  worker: { name: string; tags: string[] },
  leaseSeconds: number,
  limit = 1,
): Promise<Claimed> {
  const { rows } = await sql<Partial<Leased>>`${prepared('claim')}
    with taken as materialized (
      select ${columns}, lease_epoch, crashes, checkpoint, publishing, ordinality as place
      from claim_items(${worker.name}, ${worker.tags}::text[], ${leaseSeconds}, ${Math.min(MOST, limit)}) with ordinality
    ), noted as (
      insert into timeline (item_id, episode_id, what, worker)
      select id, episode_id, 'claimed', worker from taken where id is not null
    ), told as (
      ${emitRows(queue.changed, started)}
    )
    select * from taken order by place`.execute(db);
  const items = rows.filter((row): row is Leased => row.id != null);
  return { items: items.map(toLeased), contested: items.length === 0 && rows.length > 0 };
}
