import type { FaultContext } from './case.ts';
import { openQueue } from './database.ts';
import type { Scene } from './scene.ts';

/** How many items of each kind there shall be. */
export interface Backlog {
  ready: number;
  /** Waiting for a time that is a day away. */
  delayed: number;
  completed: number;
}

/** Hosts that the items come from, evenly. */
const HOSTS = 50;
const HOST_MAX = 4;
/** What ended did so within this time, which is shorter than any history that is kept. */
const DAYS = 5;

/**
 * Fills an empty queue with what years leave behind, and brings indexes and statistics to where they are after a while. Rows
 * are written past the triggers and the indexes, which are built afterwards: one by one, millions take half an hour.
 */
export async function fillQueue(scene: Scene, context: FaultContext, backlog: Backlog): Promise<void> {
  const { ready, delayed, completed } = backlog;
  // Opening it makes its tables.
  await (await openQueue(scene.rig, context, { max: 1 })).destroy();
  await scene.query(`set search_path = downloader`);
  await scene.query(`set maintenance_work_mem = '512MB'`);
  await scene.query(`
    insert into host (host, max) select 'host-' || h, ${HOST_MAX} from generate_series(1, ${HOSTS}) h`);
  await scene.query(`
    insert into host_slot (host, n) select host, generate_series(1, max) from host where host <> ''
    on conflict do nothing`);
  const indexes = await scene.query<{ name: string; definition: string }>(`
    select indexname as name, indexdef as definition from pg_indexes
    where schemaname = 'downloader' and tablename = 'item' and indexname <> 'item_pkey'`);
  for (const { name } of indexes) await scene.query(`drop index ${name}`);
  await scene.query('alter table item disable trigger user');
  await scene.query(waiting('null', 'a', ready));
  await scene.query(waiting(`now() + interval '1 day'`, 'b', delayed));
  await scene.query(ended(completed));
  await scene.query('alter table item enable trigger user');
  for (const { definition } of indexes) await scene.query(definition);
  await scene.query('insert into item_count (state, n) select state, count(*) from item group by state');
  await scene.query('vacuum analyze');
  await scene.query('checkpoint');
}

const COMMON = 'series_id, episode_id, series_title, season, episode, title, rank, max_attempts, host';

/** A hundred episodes a series. Digits 13 and 17 of an id say that it is a random one (RFC 9562, section 5.4). */
const common = (first: string) => `
  overlay(overlay(md5('series' || i / 100) placing '4' from 13) placing '8' from 17)::uuid,
  gen_random_uuid(), 'Series ' || i / 100, 1, 1 + i % 100, 'Episode ' || 1 + i % 100,
  '${first}' || lpad(i::text, 8, '0'), 3, 'host-' || 1 + i % ${HOSTS}`;

const waiting = (notBefore: string, first: string, count: number) => `
  insert into item (${COMMON}, not_before, priority)
  select ${common(first)}, ${notBefore},
    (case when i % 100 = 0 then 'high' when i % 10 = 0 then 'low' else 'normal' end)::item_priority
  from generate_series(1, ${count}) i`;

const ended = (count: number) => `
  insert into item (${COMMON}, state, path, sha256, bytes_done, bytes_total, started_at, finished_at)
  select ${common('a')}, 'completed', '/library/' || i || '.mp4', repeat('0', 64), 1000000000, 1000000000, at, at
  from generate_series(1, ${count}) i, lateral (select now() - i * interval '${DAYS} days' / ${Math.max(1, count)} as at) ended`;

/** What has ended since the queue was filled. */
export interface Worked {
  completed?: number;
  failed?: number;
}

/**
 * Of a queue that was filled and then worked on, at rest: each item is accounted for (I1), none was claimed twice (I2), no
 * slot is occupied (I14). The rows have no history and no files of their own, so that the global checker can't read them.
 * @returns one sentence for each thing that does not hold
 */
export async function checkBacklog(scene: Scene, filled: Backlog, worked: Worked): Promise<string[]> {
  const { completed = 0, failed = 0 } = worked;
  const expected: Record<string, number> = {
    pending: filled.ready + filled.delayed - completed - failed,
    downloading: 0,
    completed: filled.completed + completed,
    failed,
    cancelled: 0,
  };
  const states = await scene.query<{ state: string; n: number; counted: number }>(`
    select s::text as state, (select count(*)::int from downloader.item where state = s) as n,
      (select coalesce(sum(n), 0)::int from downloader.item_count c where c.state = s) as counted
    from unnest(enum_range(null::downloader.item_state)) s`);
  const [rest] = await scene.query<{ twice: number; occupied: number }>(`
    select (select count(*)::int from (
        select from downloader.timeline group by item_id, what having count(*) > 1) t) as twice,
      (select count(*)::int from downloader.slot where item_id is not null) as occupied`);
  const broken = states.flatMap(({ state, n, counted }) => {
    if (n !== expected[state]) return [`I1: ${n} items are ${state}, not ${expected[state]}`];
    return n === counted ? [] : [`I1: ${n} items are ${state}, and ${counted} are counted`];
  });
  if (rest!.twice > 0) broken.push(`I2: ${rest!.twice} times the same happened to an item twice`);
  if (rest!.occupied > 0) broken.push(`I14: ${rest!.occupied} slots are occupied by nothing`);
  return broken;
}
