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

/** Runs one statement as a superuser, all of them on one connection. */
type Query = (statement: string) => Promise<Record<string, unknown>[]>;

/**
 * Fills an empty queue, which has its tables, with what years leave behind, and brings indexes and statistics to where they
 * are after a while. Rows are written past the triggers and the indexes, which are built afterwards: one by one, millions
 * take half an hour.
 */
export async function fillBacklog(query: Query, { ready, delayed, completed }: Backlog): Promise<void> {
  await query(`set search_path = downloader`);
  await query(`set maintenance_work_mem = '512MB'`);
  await query(`
    insert into host (host, max) select 'host-' || h, ${HOST_MAX} from generate_series(1, ${HOSTS}) h`);
  await query(`
    insert into host_slot (host, n) select host, generate_series(1, max) from host where host <> ''
    on conflict do nothing`);
  const indexes = await query(`
    select indexname as name, indexdef as definition from pg_indexes
    where schemaname = 'downloader' and tablename = 'item' and indexname <> 'item_pkey'`);
  for (const { name } of indexes) await query(`drop index ${name}`);
  await query('alter table item disable trigger user');
  await query(waiting('null', 'a', ready));
  await query(waiting(`now() + interval '1 day'`, 'b', delayed));
  await query(ended(completed));
  await query('alter table item enable trigger user');
  for (const { definition } of indexes) await query(String(definition));
  await query('insert into item_count (state, n) select state, count(*) from item group by state');
  await query('vacuum analyze');
  await query('checkpoint');
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
