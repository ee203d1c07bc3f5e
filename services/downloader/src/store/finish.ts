import { type Db, emitRows, statement } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import { type RawBuilder, sql } from 'kysely';
import type { Publishing } from '../checkpoint.ts';
import type { DB } from '../schema.gen.ts';
import { type Claimer, MOST_CLAIMED, type Taken, taking, toItems } from './claim.ts';
import { columns, told } from './columns.ts';
import type { Lease, Leased } from './lease.ts';

/** Leased items with their files. */
export interface Ending {
  lease: Lease;
  file: Publishing;
}

/** The events of ends, from the rows of `described`: each with its file, and their change as `changeOf('completed', items, items)`. */
const ended = sql`
  select json_build_object('item', item, 'folder', folder, 'path', path, 'size', bytes_done, 'sha256', sha256) from described`;
const change = sql`
  select json_build_object('status', null, 'change', json_build_object('kind', 'completed', 'count', count(*),
    'ids', json_agg(id), 'items', json_agg(item)))
  from described having count(*) > 0`;

/** Endings as a statement takes them: a list for each column. */
interface Finishing {
  ids: string[];
  epochs: number[];
  folders: string[];
  paths: string[];
  digests: string[];
  sizes: number[];
  worker: string;
}

function listed(endings: Ending[], worker: string): Finishing {
  return {
    ids: endings.map(({ lease }) => lease.id),
    epochs: endings.map(({ lease }) => lease.lease_epoch),
    folders: endings.map(({ file }) => file.folder),
    paths: endings.map(({ file }) => file.path),
    digests: endings.map(({ file }) => file.sha256),
    sizes: endings.map(({ file }) => file.size),
    worker,
  };
}

/** Parts of a WITH: `done` are the items that are completed now, `left_slot` and `left_host` what they occupied. */
const finishing = (input: Finishing): RawBuilder<unknown> => sql`
    mine as materialized (
      select item.id as item_id, f.* from item, unnest(
        ${input.ids}::uuid[], ${input.epochs}::bigint[], ${input.folders}::text[], ${input.paths}::text[],
        ${input.digests}::text[], ${input.sizes}::bigint[]
      ) as f(leased, epoch, folder, final_path, digest, size)
      where item.id = f.leased and item.lease_epoch = f.epoch and state = 'downloading'
      order by item.id for update of item
    ), done as (
      update item set state = 'completed', path = final_path, sha256 = digest, bytes_done = size, bytes_total = size,
        finished_at = now(), lease_until = null, worker = null, checkpoint = null, publishing = null
      from mine where item.id = mine.item_id returning ${columns}
    ), described as materialized (
      select done.id, folder, path, bytes_done, sha256, ${told('done')} as item from done join mine on mine.item_id = done.id
    ), left_slot as (
      update slot set item_id = null from mine where slot.item_id = mine.item_id returning n
    ), left_host as (
      update host_slot set item_id = null from mine where host_slot.item_id = mine.item_id returning host_slot.n
    ), forgiven as (
      update host set failures = 0, blocked_until = null, blocked_reason = null
      where failures > 0 and host in (select done.host from done)
    ), noted as (
      insert into timeline (item_id, episode_id, what, worker, detail)
      select id, episode_id, 'completed', ${input.worker}, path from done
    ), told_each as (
      ${emitRows(queue.completed, ended)} returning position
    ), told_change as (
      ${emitRows(queue.changed, change)} returning position
    )`;

/**
 * The end of items that have their files: frees what they occupied, forgives their hosts what they did before, and writes
 * their rows of the timeline and their events. One statement, so that it needs no transaction around it.
 * @returns the ids of those whose leases were still held
 */
export async function finishCompleted(db: Db<DB>, endings: Ending[], worker: string): Promise<string[]> {
  const rows = await finish(db, listed(endings, worker));
  return rows.map(({ id }) => id);
}

const finish = statement<Finishing, { id: string }>(
  'finish_completed',
  (input) => sql`with ${finishing(input)} select id from done`,
);

/**
 * The same, and takes as many items as have left their places, still in one statement: what a function in it does sees what
 * was changed before it was called. It is called when both kinds of places are free and the ends are told, because it is given
 * their numbers.
 */
export async function finishAndClaim(
  db: Db<DB>,
  endings: Ending[],
  claimer: Claimer,
): Promise<{ done: string[]; next: Leased[] }> {
  const rows = await finishAndTake(db, { ...listed(endings, claimer.worker), ...claimer });
  return { done: rows[0]?.done ?? [], next: toItems(rows) };
}

/**
 * As many as have left, which is never more than a claim takes: the other terms are never the least, and only there to be counted
 * before the claim, in this order.
 */
const places = sql`least((select count(*) from left_slot), ${sql.join(
  ['left_host', 'told_each', 'told_change'].map(
    (part) => sql`${sql.lit(MOST_CLAIMED)} + (select count(*) from ${sql.raw(part)})`,
  ),
)})::int`;

const finishAndTake = statement<Finishing & Claimer, Partial<Taken> & { done: string[] | null }>(
  'finish_and_claim',
  (input) => sql`
    with ${finishing(input)}, ${taking(input, places)}
    select case when place is null or place = 1 then (select array_agg(id) from done) end as done, taken.*
    from (values (1)) always left join taken on true order by place`,
);
