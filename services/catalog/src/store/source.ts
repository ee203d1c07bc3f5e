import { statement } from '@aniworld/chassis';
import { sql } from 'kysely';
import type { Database } from './database.ts';

/** What resolving an episode needs: its numbers, its names and where it comes from. */
export interface Sourced {
  id: string;
  season: number;
  episode: number;
  absolute: number | null;
  title: string;
  /** Of the episode and of its series at the provider. */
  ref: string;
  series_ref: string;
  provider: string;
  air_date: string | null;
  plot: string | null;
  duration: number | null;
  series_plot: string | null;
  poster_url: string | null;
  still_url: string | null;
  series: string;
  year: number | null;
  folder: string;
  /** Both sites count their series; what a person entered may be anything. */
  tvdb_id: number | null;
  anilist_id: number | null;
}

const linkOf = (site: 'tvdb' | 'anilist') => sql`(
  select case when id ~ '^[0-9]{1,9}$' then id::integer end from series_link
  where series_link.series_id = series.id and site = ${sql.lit(site)})`;

const sourced = statement<{ ids: readonly string[] }, Sourced>(
  'find_sourced',
  ({ ids }) => sql`
    select episode.id, season, episode, absolute, episode.title, episode.provider_ref as ref,
      series.provider_ref as series_ref, series.provider, air_date, episode.overview as plot, duration,
      series.overview as series_plot, poster_url, still_url, series.title as series, series.year, series.folder,
      ${linkOf('tvdb')} as tvdb_id, ${linkOf('anilist')} as anilist_id
    from episode join series on series.id = series_id where episode.id = any(${ids}::uuid[])`,
);

/** What is known of episodes, for each download of theirs. */
export const findSourced = (db: Database, ids: readonly string[]) => sourced(db, { ids });

interface OnlyFile {
  episode_id: string;
  root: string;
  path: string;
  size: number;
  mtime_ms: number;
}

const onlyFiles = statement<{ ids: readonly string[] }, OnlyFile>(
  'files_of_only',
  ({ ids }) => sql`
    select episode_id, root, path, size, mtime_ms from file_episode join file on file.id = file_id
    where episode_id = any(${ids}::uuid[]) and chosen and not exists (
      select from file_episode other where other.file_id = file.id and other.episode_id <> file_episode.episode_id)
    order by path`,
);

/** Files that hold one of these episodes and no other. */
export const filesOfOnly = (db: Database, episodeIds: readonly string[]) => onlyFiles(db, { ids: episodeIds });

const knownRoots = statement<{ roots: readonly string[] }, { root: string }>(
  'roots_with_files',
  ({ roots }) => sql`
    select root from unnest(${roots}::text[]) as asked (root)
    where exists (select from file where file.root = asked.root)`,
);

/** Of these roots, those in which files are known. */
export async function rootsWithFiles(db: Database, roots: readonly string[]): Promise<string[]> {
  return (await knownRoots(db, { roots })).map(({ root }) => root);
}
