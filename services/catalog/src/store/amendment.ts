import type { Monitor, SeriesChange } from '@aniworld/contracts';
import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { aired } from './episode.ts';

/** A series that a statement has changed. */
export interface ChangedSeries {
  id: string;
  title: string;
}

/** Locks series for a change, always in the same order; gives those that exist. */
export async function lockAll(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('series')
    .select('id')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return rows.map(({ id }) => id);
}

/** Writes a change to series, with the day from which `future` holds; gives those that were not so before. */
export async function updateChosen(tx: Tx, ids: readonly string[], change: SeriesChange): Promise<ChangedSeries[]> {
  const { monitor = null, auto_download = null, priority = null, folder = null } = change;
  const { tags = null, add_tags = [], remove_tags = [] } = change;
  const { rows } = await sql<ChangedSeries>`
    with fresh as (
      select id, coalesce(${monitor}, monitor) as monitor, coalesce(${auto_download}, auto_download) as auto_download,
        coalesce(${priority}, priority) as priority, coalesce(${folder}, folder) as folder,
        case when ${monitor}::text is null then monitored_from
          when ${monitor}::text = 'future' then (now() at time zone 'utc')::date end as monitored_from,
        array(
          select tag from unnest(coalesce(${tags}::text[], tags) || ${add_tags}::text[]) as given (tag)
          where tag <> all(${remove_tags}::text[]) group by tag order by tag
        ) as tags
      from series where id = any(${ids}::uuid[])
    )
    update series set (monitor, auto_download, priority, folder, monitored_from, tags) =
      (fresh.monitor, fresh.auto_download, fresh.priority, fresh.folder, fresh.monitored_from, fresh.tags)
    from fresh
    where series.id = fresh.id
      and (series.monitor, series.auto_download, series.priority, series.folder, series.monitored_from, series.tags)
        is distinct from (fresh.monitor, fresh.auto_download, fresh.priority, fresh.folder, fresh.monitored_from, fresh.tags)
    returning series.id, series.title`.execute(tx);
  return rows;
}

/** A title among series with more tags than so many. */
export async function overTagged(tx: Tx, ids: readonly string[], most: number): Promise<string | undefined> {
  const row = await tx
    .selectFrom('series')
    .select('title')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .where(sql<boolean>`cardinality(tags) > ${most}`)
    .limit(1)
    .executeTakeFirst();
  return row?.title;
}

/** Monitors the episodes of series by a rule; gives the series of those that were not so before. */
export async function applyMonitor(tx: Tx, ids: readonly string[], monitor: Monitor): Promise<ChangedSeries[]> {
  const { rows } = await sql<ChangedSeries>`
    with changed as (
      update episode set monitored = not monitored
      where series_id = any(${ids}::uuid[]) and monitored <> (${rules[monitor]})
      returning series_id
    )
    select id, title from series where id in (select series_id from changed)`.execute(tx);
  return rows;
}

const rules: Record<Monitor, ReturnType<typeof sql<boolean>>> = {
  all: sql`true`,
  none: sql`false`,
  future: sql`not ${aired}`,
  missing: sql`not ${aired} or not exists (select from file_episode where episode_id = episode.id)`,
};

/** Which of a series' episodes: those named, those of a season, or all. */
export interface EpisodeChoice {
  episode_ids?: string[] | undefined;
  season?: number | undefined;
}

/** Those of the ids that are no episode of the series. */
export async function unknownEpisodes(tx: Tx, seriesId: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${ids}::uuid[]) as given (id)
    where not exists (select from episode where episode.id = given.id and series_id = ${seriesId})`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Whether the series has an episode of the season. */
export async function hasSeason(tx: Tx, seriesId: string, season: number): Promise<boolean> {
  const query = tx.selectFrom('episode').select('id').where('series_id', '=', seriesId).where('season', '=', season);
  return (await query.limit(1).executeTakeFirst()) !== undefined;
}

/** Says of episodes whether they are monitored; gives how many were not so before. */
export async function setMonitored(
  tx: Tx,
  seriesId: string,
  { episode_ids, season }: EpisodeChoice,
  monitored: boolean,
): Promise<number> {
  const result = await tx
    .updateTable('episode')
    .set({ monitored })
    .where('series_id', '=', seriesId)
    .where('monitored', '<>', monitored)
    .$if(season !== undefined, (query) => query.where('season', '=', season!))
    .$if(episode_ids !== undefined, (query) => query.where('id', '=', sql<string>`any(${episode_ids}::uuid[])`))
    .executeTakeFirstOrThrow();
  return Number(result.numUpdatedRows);
}
