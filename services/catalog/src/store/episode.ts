import { type EpisodeBrief, fail } from '@aniworld/contracts';
import { type Insertable, sql } from 'kysely';
import type { DB } from '../schema.gen.ts';
import type { EpisodeRow } from '../merge.ts';
import type { Database, Tx } from './database.ts';

export type NewEpisode = Insertable<DB['episode']>;

/** Rows of one statement; Postgres takes 65,535 parameters. */
const BATCH = 1_000;
/** Whether its day has come (UTC); one whose day is not known counts as aired. */
export const aired = sql<boolean>`(air_date is null or air_date <= (now() at time zone 'utc')::date)`;

/** Ids of monitored, aired episodes without a file, in the order of watching. */
export async function missingEpisodes(db: Database, seriesId: string, season?: number): Promise<string[]> {
  const rows = await db
    .selectFrom('episode')
    .select('id')
    .where('series_id', '=', seriesId)
    .$if(season !== undefined, (query) => query.where('season', '=', season!))
    .where('monitored', '=', true)
    .where(aired)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('file_episode').whereRef('episode_id', '=', 'episode.id').select('episode_id'))),
    )
    .orderBy(sql`season = 0`)
    .orderBy('season')
    .orderBy('episode')
    .execute();
  return rows.map((row) => row.id);
}

/** Briefs in the order asked for. @throws EPISODE_NOT_FOUND when any id is not an episode of this series. */
export async function briefs(db: Database, seriesId: string, ids: readonly string[]): Promise<EpisodeBrief[]> {
  const rows = await db
    .selectFrom('episode')
    .innerJoin('series', 'series.id', 'series_id')
    .select(['episode.id as episode_id', 'series_id', 'series.title as series_title'])
    .select(['season', 'episode', 'episode.title as title'])
    .where('series_id', '=', seriesId)
    .where('episode.id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
  const byId = new Map(rows.map((row) => [row.episode_id, row]));
  return ids.map((id) => {
    const row = byId.get(id);
    if (!row) throw fail('EPISODE_NOT_FOUND');
    return row;
  });
}

export interface EpisodeNumbers {
  id: string;
  series_id: string;
  season: number;
  episode: number;
  absolute: number | null;
  /** `YYYY-MM-DD` */
  air_date: string | null;
  provider_ref: string;
}

/** The numbers of all episodes of some series: what file names are compared with, and what a refresh compares. */
export async function episodeNumbers(db: Database | Tx, seriesIds: readonly string[]): Promise<EpisodeNumbers[]> {
  if (seriesIds.length === 0) return [];
  return db
    .selectFrom('episode')
    .select(['id', 'series_id', 'season', 'episode', 'absolute', 'air_date', 'provider_ref'])
    .where('series_id', 'in', seriesIds)
    .execute();
}

/** The series of episodes, by their ids; they can't be removed before this transaction ends. */
export async function holdSeriesOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx
    .selectFrom('episode')
    .innerJoin('series', 'series.id', 'series_id')
    .select(['episode.id', 'series_id'])
    .where('episode.id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('series_id')
    .forKeyShare('series')
    .execute();
  return new Map(rows.map((row) => [row.id, row.series_id]));
}

export async function insertEpisodes(tx: Tx, rows: readonly NewEpisode[]): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH)
    await tx
      .insertInto('episode')
      .values(rows.slice(start, start + BATCH))
      .execute();
}

/**
 * Renews what has changed, in one statement, so that the series is counted once. What a source has told once stays when it, or
 * the metadata that stood in for it, says nothing this time.
 */
export async function updateEpisodes(tx: Tx, episodes: readonly ({ id: string } & EpisodeRow)[]): Promise<void> {
  await sql`
    update episode set (provider_ref, season, episode, absolute, title, overview, air_date, duration, still_url) =
      (fresh.provider_ref, fresh.season, fresh.episode, fresh.absolute, fresh.title, fresh.overview, fresh.air_date,
      fresh.duration, fresh.still_url)
    from (
      select told.id, told.provider_ref, told.season, told.episode, told.absolute, told.title,
        coalesce(told.overview, known.overview) as overview, coalesce(told.air_date, known.air_date) as air_date,
        coalesce(told.duration, known.duration) as duration, coalesce(told.still_url, known.still_url) as still_url
      from jsonb_to_recordset(${JSON.stringify(episodes)}::jsonb) as told (id uuid, provider_ref text, season int,
        episode int, absolute int, title text, overview text, air_date date, duration double precision, still_url text)
      join episode known on known.id = told.id
    ) fresh
    where episode.id = fresh.id
      and (episode.provider_ref, episode.season, episode.episode, episode.absolute, episode.title, episode.overview,
        episode.air_date, episode.duration, episode.still_url)
      is distinct from (fresh.provider_ref, fresh.season, fresh.episode, fresh.absolute, fresh.title, fresh.overview,
        fresh.air_date, fresh.duration, fresh.still_url)`.execute(tx);
}
