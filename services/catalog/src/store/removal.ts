import type { Database } from './database.ts';

/** The files of a series, without those that hold episodes of another one too. */
export async function filesOfSeries(db: Database, seriesId: string): Promise<{ root: string; path: string }[]> {
  return db
    .selectFrom('file')
    .select(['root', 'path'])
    .where('series_id', '=', seriesId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('file_episode')
            .innerJoin('episode', 'episode.id', 'episode_id')
            .whereRef('file_id', '=', 'file.id')
            .where('episode.series_id', '<>', seriesId)
            .select('file_id'),
        ),
      ),
    )
    .orderBy('path')
    .execute();
}
