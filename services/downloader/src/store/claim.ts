import { type Db, emitRows, statement } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import { type RawBuilder, sql } from 'kysely';
import type { DB } from '../schema.gen.ts';
import { columns, told } from './columns.ts';
import { type Leased, toLeased } from './lease.ts';

/** Who takes items. */
export interface Claimer {
  worker: string;
  /** The engines that it has. */
  tags: string[];
  leaseSeconds: number;
}

/** What a claim found. */
export interface Claimed {
  /** In the order of the queue. */
  items: Leased[];
  /** Something could have been taken, but others were at it at the same moment: ask again. */
  contested: boolean;
}

/** Items that one statement takes at most: with more, its own cost hardly falls any further. */
export const MOST_CLAIMED = 16;

/** The event of the claim, from the rows of `taken`: as `changeOf('started', items, items)` would write it. */
const started = sql`
  select json_build_object('status', null, 'change', json_build_object('kind', 'started', 'count', count(*),
    'ids', json_agg(id), 'items', json_agg(${told('taken')})))
  from (select * from taken where id is not null order by place) taken having count(*) > 0`;

/** A row of `taken`. */
export type Taken = Leased & { place: number };

/** Parts of a WITH: `taken` are the items, or one row of nulls when others were at them. */
export const taking = ({ worker, tags, leaseSeconds }: Claimer, most: RawBuilder<unknown>): RawBuilder<unknown> => sql`
    taken as materialized (
      select ${columns}, lease_epoch, crashes, checkpoint, publishing, ordinality as place
      from claim_items(${worker}, ${tags}::text[], ${leaseSeconds}, ${most}) with ordinality
    ), taken_noted as (
      insert into timeline (item_id, episode_id, what, worker)
      select id, episode_id, 'claimed', worker from taken where id is not null
    ), taken_told as (
      ${emitRows(queue.changed, started)}
    )`;

/**
 * Takes the first items of the queue, if it runs and slots are free: by (priority, rank), of hosts that may be asked now, at
 * most `limit`; a caller with room for more asks again. Each gets its row in the timeline, all together their event. Slots
 * and items are locked with SKIP LOCKED, so claims never wait for each other, and the limits over all workers, in all and
 * per host, hold exactly. It is one statement, so that a claim by itself is one round trip and needs no transaction around
 * it; what it takes is chosen by the function `claim_items` of the migrations.
 */
export async function claim(db: Db<DB>, claimer: Claimer, limit = 1): Promise<Claimed> {
  const rows = await take(db, { ...claimer, most: Math.min(MOST_CLAIMED, limit) });
  const items = toItems(rows);
  return { items, contested: items.length === 0 && rows.length > 0 };
}

const take = statement<Claimer & { most: number }, Partial<Taken>>(
  'claim',
  (input) => sql`with ${taking(input, sql`${input.most}`)} select * from taken order by place`,
);

/** The items of a claim's rows, which may be nulls. */
export function toItems(rows: Partial<Taken>[]): Leased[] {
  return rows.filter((row): row is Taken => row.id != null).map(toLeased);
}
