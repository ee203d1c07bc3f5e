import { type Episode, type EpisodeBrief, fail } from '@aniworld/contracts';
import { type Insertable, sql } from 'kysely';
import type { DB } from '../schema.gen.ts';
import type { EpisodeRow } from '../merge.ts';
import type { Database, Tx } from './database.ts';

export type NewEpisode = Insertable<DB['episode']>;

/** Rows of one statement; Postgres takes 65,535 parameters. */
const BATCH = 1_000;
const aired = sql<boolean>`(air_date is null or air_date <= (now() at time zone 'utc')::date)`;

/** In the order of watching, specials last. With several files for one episode the largest is shown. */
export async function listEpisodes(
  db: Database,
  seriesId: string,
  filter: { missing?: boolean | undefined },
): Promise<Episode[]> {
  const rows = await db
    .selectFrom('episode')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('file_episode')
          .innerJoin('file', 'file.id', 'file_id')
          .whereRef('episode_id', '=', 'episode.id')
          .select(['file.path', 'file.size', 'file.mtime_ms', 'file.reason'])
          .orderBy('file.size', 'desc')
          .orderBy('file.path')
          .limit(1)
          .as('held'),
      (join) => join.onTrue(),
    )
    .selectAll('episode')
    .select(['held.path', 'held.size', 'held.mtime_ms', 'held.reason', aired.as('aired')])
    .where('series_id', '=', seriesId)
    .orderBy(sql`season = 0`)
    .orderBy('season')
    .orderBy('episode')
    .execute();
  const episodes = rows.map(({ path, size, mtime_ms, reason, aired: due, provider_ref: _, ...episode }) => ({
    ...episode,
    file: path === null ? null : fileOf({ path, size, mtime_ms, reason }),
    missing: path === null && due,
  }));
  return filter.missing === undefined ? episodes : episodes.filter((episode) => episode.missing === filter.missing);
}

function fileOf(row: { path: string; size: number | null; mtime_ms: number | null; reason: string | null }) {
  return {
    path: row.path,
    size: row.size ?? 0,
    modified_at: new Date(row.mtime_ms ?? 0).toISOString(),
    match: row.reason ?? '',
  };
}

/** Ids of aired episodes without a file, in the order of watching. */
export async function missingEpisodes(db: Database, seriesId: string, season?: number): Promise<string[]> {
  const rows = await db
    .selectFrom('episode')
    .select('id')
    .where('series_id', '=', seriesId)
    .$if(season !== undefined, (query) => query.where('season', '=', season!))
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

/** What resolving an episode needs: its numbers, its names and where it comes from. */
export async function findSourced(db: Database, id: string) {
  return db
    .selectFrom('episode')
    .innerJoin('series', 'series.id', 'series_id')
    .select(['season', 'episode', 'absolute', 'episode.title as title', 'episode.provider_ref as ref'])
    .select(['air_date', 'episode.overview as plot', 'duration', 'series.overview as series_plot', 'poster_url'])
    .select(['series.title as series', 'series.year as year', 'series.folder as folder'])
    .select(['series.provider as provider', 'series.provider_ref as series_ref'])
    .where('episode.id', '=', id)
    .executeTakeFirst();
}

export interface EpisodeNumbers {
  id: string;
  series_id: string;
  season: number;
  episode: number;
  absolute: number | null;
  provider_ref: string;
}

/** The numbers of all episodes of some series: what file names are compared with, and what a refresh compares. */
export async function episodeNumbers(db: Database | Tx, seriesIds: readonly string[]): Promise<EpisodeNumbers[]> {
  if (seriesIds.length === 0) return [];
  return db
    .selectFrom('episode')
    .select(['id', 'series_id', 'season', 'episode', 'absolute', 'provider_ref'])
    .where('series_id', 'in', seriesIds)
    .execute();
}

/** The series of an episode, which can't be removed before this transaction ends. */
export async function holdSeriesOf(tx: Tx, id: string) {
  return tx
    .selectFrom('episode')
    .innerJoin('series', 'series.id', 'series_id')
    .select(['series.id', 'series.title'])
    .where('episode.id', '=', id)
    .forKeyShare('series')
    .executeTakeFirst();
}

export async function insertEpisodes(tx: Tx, rows: readonly NewEpisode[]): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH)
    await tx
      .insertInto('episode')
      .values(rows.slice(start, start + BATCH))
      .execute();
}

/** Renews what has changed, in one statement, so that the series is counted once. */
export async function updateEpisodes(tx: Tx, episodes: readonly ({ id: string } & EpisodeRow)[]): Promise<void> {
  await sql`
    update episode set (provider_ref, season, episode, absolute, title, overview, air_date, duration) =
      (fresh.provider_ref, fresh.season, fresh.episode, fresh.absolute, fresh.title, fresh.overview, fresh.air_date,
      fresh.duration)
    from jsonb_to_recordset(${JSON.stringify(episodes)}::jsonb) as fresh (id uuid, provider_ref text, season int,
      episode int, absolute int, title text, overview text, air_date date, duration double precision)
    where episode.id = fresh.id
      and (episode.provider_ref, episode.season, episode.episode, episode.absolute, episode.title, episode.overview,
        episode.air_date, episode.duration)
      is distinct from (fresh.provider_ref, fresh.season, fresh.episode, fresh.absolute, fresh.title, fresh.overview,
        fresh.air_date, fresh.duration)`.execute(tx);
}
