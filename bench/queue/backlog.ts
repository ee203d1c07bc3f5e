import type { QueueDatabase } from './stage.ts';

export const PENDING = 1_000_000;
export const DELAYED = 1_000_000;
export const FINISHED = 5_000_000;
/** Hosts that the waiting items come from, evenly. */
export const HOSTS = 50;

/** Fills the queue with what years leave behind, and brings statistics and indexes to where they are after a while. */
export async function fillBacklog({ execute }: QueueDatabase, say: (text: string) => void): Promise<void> {
  const begun = performance.now();
  await execute(
    `set synchronous_commit = off; set maintenance_work_mem = '512MB'; set max_parallel_maintenance_workers = 0`,
  );
  const indexes = await execute(`
    select indexdef from pg_indexes where schemaname = 'downloader' and tablename = 'item' and indexname <> 'item_pkey'`);
  await dropIndexes(execute);
  // Counted below, in one go.
  await execute('alter table item disable trigger user');
  await execute(insertWaiting("now() + interval '1 day'", DELAYED, 'b'));
  await execute(insertWaiting('null', PENDING, 'a'));
  await execute(insertFinished);
  await execute(`alter table item enable trigger user; alter table item add primary key (id)`);
  for (const { indexdef } of indexes) await execute(String(indexdef));
  await execute(`
    insert into host (host, max) select 'host-' || h, 4 from generate_series(1, ${HOSTS}) h;
    insert into host_slot (host, n) select host, generate_series(1, max) from host where host <> '';
    insert into item_count select state, count(*) from item group by state`);
  await execute('vacuum analyze');
  await execute('checkpoint');
  say(`filled in ${Math.round((performance.now() - begun) / 1_000)} s`);
}

async function dropIndexes(execute: QueueDatabase['execute']): Promise<void> {
  await execute(`
    do $$ declare name text; begin
      for name in select indexname from pg_indexes
        where schemaname = 'downloader' and tablename = 'item' and indexname <> 'item_pkey'
      loop execute 'drop index ' || name; end loop;
    end $$;
    alter table item drop constraint item_pkey`);
}

/** The id of the series of item i, of version 4 by its form. */
const seriesOf = `overlay(overlay(md5('series' || i / 100) placing '4' from 13) placing '8' from 17)::uuid`;

const insertWaiting = (notBefore: string, count: number, first: string) => `
  insert into item (series_id, episode_id, series_title, season, episode, title, rank, max_attempts, host, not_before, priority)
  select ${seriesOf}, gen_random_uuid(), 'Series ' || i / 100, 1, 1 + i % 100, 'Episode ' || 1 + i % 100,
    '${first}' || lpad(i::text, 8, '0'), 3, 'host-' || 1 + i % ${HOSTS}, ${notBefore},
    (case when i % 100 = 0 then 'high' when i % 10 = 0 then 'low' else 'normal' end)::item_priority
  from generate_series(1, ${count}) i`;

const insertFinished = `
  insert into item (series_id, episode_id, series_title, season, episode, title, rank, max_attempts, host, state, path, sha256,
    bytes_done, bytes_total, added_at, started_at, finished_at)
  select ${seriesOf}, gen_random_uuid(), 'Series ' || i / 100, 1, 1 + i % 100, 'Episode ' || 1 + i % 100,
    'a' || lpad(i::text, 8, '0'), 3, 'host-' || 1 + i % ${HOSTS}, 'completed', '/library/' || i || '.mp4',
    repeat('0', 64), 1000000000, 1000000000, now() - make_interval(secs => 30 * i + 600), now() - make_interval(secs => 30 * i + 300),
    now() - make_interval(secs => 30 * i)
  from generate_series(1, ${FINISHED}) i`;
