import type { EpisodeBrief, FailureCause, ItemState, Priority, QueueItem } from '@aniworld/contracts';
import type { Db } from '@aniworld/chassis';
import { sql, type Transaction } from 'kysely';
import type { DB } from '../schema.gen.ts';
import { columns } from './columns.ts';
import { leaveSlots } from './lease.ts';

/** One episode to be added, with its place. */
export interface NewItem {
  episode_id: string;
  rank: string;
}

/** Adds episodes about which nothing but their ids is known; those that are in the queue already are left as they are. */
export async function insertItems(
  tx: Transaction<DB>,
  episodes: NewItem[],
  options: { series_id: string; batch: string; priority: Priority; max_attempts: number },
): Promise<QueueItem[]> {
  const { rows } = await sql<QueueItem>`
    insert into item (series_id, episode_id, rank, batch, priority, max_attempts, host)
    select ${options.series_id}, e.episode_id, e.rank, ${options.batch}, ${options.priority}::item_priority, ${options.max_attempts},
      coalesce((select host from series_host where series_id = ${options.series_id}), '')
    from unnest(${episodes.map((e) => e.episode_id)}::uuid[], ${episodes.map((e) => e.rank)}::text[]) as e(episode_id, rank)
    on conflict (episode_id) where state in ('pending', 'downloading') do nothing
    returning ${columns}`.execute(tx);
  return rows;
}

/** Writes what the catalog told of episodes. */
export async function describeItems(tx: Transaction<DB>, episodes: EpisodeBrief[]): Promise<QueueItem[]> {
  const { rows } = await sql<QueueItem>`
    update item set series_title = e.series_title, season = e.season, episode = e.episode, title = e.title
    from jsonb_to_recordset(${JSON.stringify(episodes)}::jsonb)
      as e(episode_id uuid, series_title text, season int, episode int, title text)
    where item.episode_id = e.episode_id and item.title is null and item.state in ('pending', 'downloading')
    returning item.*`.execute(tx);
  return rows;
}

/** Items that nothing is known of yet, of one series. */
export async function undescribed(
  db: Db<DB>,
  limit: number,
): Promise<{ series_id: string; episode_ids: string[] } | undefined> {
  const { rows } = await sql<{ series_id: string; episode_ids: string[] }>`
    select series_id, (array_agg(episode_id))[1:${limit}::int] as episode_ids
    from item where title is null and state = 'pending' group by series_id limit 1`.execute(db);
  return rows[0];
}

/** Takes back what an add stored of episodes that turned out not to exist. */
export async function deletePendingOfBatch(tx: Transaction<DB>, batch: string): Promise<Removed[]> {
  const { rows } = await sql<Removed>`
    delete from item where batch = ${batch} and state = 'pending' returning id, episode_id, state`.execute(tx);
  return rows;
}

/** Items of one call of "add" that have not ended. */
export async function liveItemsOfBatch(db: Db<DB>, batch: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from item where batch = ${batch} and state in ('pending', 'downloading')`.execute(db);
  return rows.map((row) => row.id);
}

/** What the queue still has to do for a series, or has failed to. */
export async function openItemsOfSeries(db: Db<DB>, seriesId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from item where series_id = ${seriesId} and state in ('pending', 'downloading', 'failed')`.execute(db);
  return rows.map((row) => row.id);
}

/** Lets pending items wait, or run again. */
export async function setHeld(tx: Transaction<DB>, ids: string[], held: boolean): Promise<QueueItem[]> {
  const { rows } = await sql<QueueItem>`
    update item set held = ${held} where id = any(${ids}::uuid[]) and state = 'pending' and held <> ${held}
    returning ${columns}`.execute(tx);
  return rows;
}

/** The items of these episodes that are pending or running. */
export async function liveItemsOfEpisodes(db: Db<DB>, episodeIds: string[]): Promise<QueueItem[]> {
  const { rows } = await sql<QueueItem>`
    select ${columns} from item
    where episode_id = any(${episodeIds}::uuid[]) and state in ('pending', 'downloading')`.execute(db);
  return rows;
}

/** An episode that is added again starts with a clean record: its failed items go. */
export async function deleteEndedOfEpisodes(tx: Transaction<DB>, episodeIds: string[]): Promise<void> {
  await sql`
    delete from item where episode_id = any(${episodeIds}::uuid[]) and state in ('failed', 'cancelled')`.execute(tx);
}

export async function getItem(db: Db<DB>, id: string): Promise<QueueItem | undefined> {
  const { rows } = await sql<QueueItem>`select ${columns} from item where id = ${id}`.execute(db);
  return rows[0];
}

export interface ItemFilter {
  state: ItemState | undefined;
  series_id: string | undefined;
}

/** Running items, oldest first. There are never more than the limit of the queue. */
export async function listRunning(db: Db<DB>, filter: ItemFilter): Promise<QueueItem[]> {
  const { rows } = await sql<QueueItem>`
    select ${columns} from item where state = 'downloading' ${bySeries(filter)} order by priority, rank, id`.execute(
    db,
  );
  return rows;
}

/** Pending items in the order in which they run, those behind `after`. */
export async function listPending(db: Db<DB>, filter: ItemFilter, after: string | null, limit: number) {
  const behind = after
    ? sql`and (priority, rank, id) > (select a.priority, a.rank, a.id from item a where a.id = ${after})`
    : sql``;
  const { rows } = await sql<QueueItem>`
    select ${columns} from item where state = 'pending' ${bySeries(filter)} ${behind}
    order by priority, rank, id limit ${limit}`.execute(db);
  return rows;
}

/** Ended items, newest first, those behind `after`. */
export async function listEnded(db: Db<DB>, filter: ItemFilter, after: string | null, limit: number) {
  const states = filter.state ? sql`state = ${filter.state}::item_state` : sql`true`;
  const behind = after
    ? sql`and (finished_at, id) < (select a.finished_at, a.id from item a where a.id = ${after})`
    : sql``;
  const { rows } = await sql<QueueItem>`
    select ${columns} from item
    where state in ('completed', 'failed', 'cancelled') and ${states} ${bySeries(filter)} ${behind}
    order by finished_at desc, id desc limit ${limit}`.execute(db);
  return rows;
}

const bySeries = (filter: ItemFilter) => (filter.series_id ? sql`and series_id = ${filter.series_id}` : sql``);

export interface Removed {
  id: string;
  episode_id: string;
  state: ItemState;
}

/** Takes items out: pending and ended ones are deleted. Running ones are left to `cancelRunning`. */
export async function deleteIdle(tx: Transaction<DB>, ids: string[]): Promise<Removed[]> {
  const { rows } = await sql<Removed>`
    delete from item where id = any(${ids}::uuid[]) and state <> 'downloading' returning id, episode_id, state`.execute(
    tx,
  );
  return rows;
}

/**
 * Cancels running items. The raised epoch refuses every later write of their workers; the slots are free at once.
 */
export async function cancelRunning(tx: Transaction<DB>, ids: string[]): Promise<QueueItem[]> {
  const { rows } = await sql<QueueItem>`
    with cancelled as (
      update item set state = 'cancelled', lease_epoch = lease_epoch + 1, lease_until = null, worker = null,
        checkpoint = null, publishing = null, finished_at = now(), error_cause = 'cancelled', error_detail = null
      where id = any(${ids}::uuid[]) and state = 'downloading'
      returning *
    )
    select ${columns} from cancelled`.execute(tx);
  await leaveSlots(
    tx,
    rows.map((row) => row.id),
  );
  return rows;
}

/** Forgets ended items. @returns how many */
export async function deleteEnded(db: Db<DB>, states: ItemState[]): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from item where state = any(${states}::item_state[]) and state in ('completed', 'failed', 'cancelled')`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

export interface RetryFilter {
  ids?: string[] | undefined;
  cause?: FailureCause | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

/** Failed and cancelled items that a retry would put back: those named, those of one cause, or all. */
export async function lockRetryable(tx: Transaction<DB>, filter: RetryFilter): Promise<string[]> {
  const ids = filter.ids ? sql`and id = any(${filter.ids}::uuid[])` : sql``;
  const cause = filter.cause
    ? sql`and error_cause = ${filter.cause}::failure_cause`
    : sql`and (state = 'failed' or ${!!filter.ids})`;
  const { rows } = await sql<{ id: string }>`
    select id from item i where state in ('failed', 'cancelled') ${ids} ${cause}
      and finished_at >= coalesce(${filter.since ?? null}::timestamptz, '-infinity')
      and finished_at < coalesce(${filter.until ?? null}::timestamptz, 'infinity')
      and not exists (select from item live where live.episode_id = i.episode_id and live.state in ('pending', 'downloading'))
    order by priority, rank, id for update`.execute(tx);
  return rows.map((row) => row.id);
}

/** Puts ended items back with a full set of tries. What was fetched before is forgotten: it may have been the cause. */
export async function requeueEnded(tx: Transaction<DB>, ids: string[]): Promise<QueueItem[]> {
  const { rows } = await sql<QueueItem>`
    update item set state = 'pending', attempt = 0, crashes = 0, not_before = null, finished_at = null,
      error_cause = null, error_detail = null, bytes_done = 0, checkpoint = null, publishing = null,
      needs = '{}'
    where id = any(${ids}::uuid[]) and state in ('failed', 'cancelled')
    returning ${columns}`.execute(tx);
  return rows;
}

/** Locks items, whatever their state. All that lock several do it in the order of the ids, or they would block each other. */
export async function lockItems(tx: Transaction<DB>, ids: string[]): Promise<void> {
  await sql`select from item where id = any(${ids}::uuid[]) order by id for update`.execute(tx);
}

/** Locks the pending ones among these items. @returns their ids in the order in which they run */
export async function lockPending(tx: Transaction<DB>, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with locked as materialized (
      select id, priority, rank from item where id = any(${ids}::uuid[]) and state = 'pending' order by id for update
    )
    select id from locked order by priority, rank, id`.execute(tx);
  return rows.map((row) => row.id);
}

/** Gives locked items a priority, and to each its rank there. */
export async function setPriority(tx: Transaction<DB>, ids: string[], ranks: string[], priority: Priority) {
  const { rows } = await sql<QueueItem>`
    update item set priority = ${priority}::item_priority, rank = fresh.rank
    from unnest(${ids}::uuid[], ${ranks}::text[]) as fresh(id, rank)
    where item.id = fresh.id and state = 'pending'
    returning item.*`.execute(tx);
  return rows;
}
