import type { Episode, MediaFacts } from '@aniworld/contracts';
import { type ExpressionBuilder, sql } from 'kysely';
import type { Place } from '../cursor.ts';
import type { DB, Json } from '../schema.gen.ts';
import type { Database } from './database.ts';
import { aired } from './episode.ts';

export interface EpisodeFilter {
  missing?: boolean | undefined;
  season?: number | undefined;
}

/** Specials come last: no season has a number as high as this. */
const watching = sql<number>`case season when 0 then 10000 else season end`;

export const EPISODE_KEY = /^\d{1,5} \d{1,5}$/;

/** Where an episode stands in the order of watching: the key of a cursor. */
export const placeOfEpisode = ({ season, episode, id }: Episode): Place => ({
  key: `${season || 10_000} ${episode}`,
  id,
});

/** One page in the order of watching. One row more than `limit` says that there is another page. */
export async function listEpisodes(
  db: Database,
  seriesId: string,
  filter: EpisodeFilter,
  { limit, after }: { limit: number; after: Place | null },
): Promise<Episode[]> {
  const rows = await db
    .selectFrom(pageOfEpisodes(db, seriesId, filter, { limit, after }).as('episode'))
    .leftJoinLateral(fileOfEpisode, (join) => join.onTrue())
    .selectAll('episode')
    .select(['held.path', 'held.size', 'held.mtime_ms', 'held.reason', 'held.facts', aired.as('aired')])
    .orderBy(watching)
    .orderBy('episode.episode')
    .execute();
  return rows.map(({ path, size, mtime_ms, reason, facts, aired: due, provider_ref: _, ...row }) => ({
    ...row,
    file: path === null ? null : fileOf({ path, size, mtime_ms, reason, facts }),
    missing: row.monitored && path === null && due,
  }));
}

/** Chosen before their files are looked up: of a series with thousands of episodes only those of the page need theirs. */
function pageOfEpisodes(
  db: Database,
  seriesId: string,
  filter: EpisodeFilter,
  { limit, after }: { limit: number; after: Place | null },
) {
  const [season, episode] = (after?.key ?? '').split(' ').map(Number);
  return db
    .selectFrom('episode')
    .selectAll()
    .where('series_id', '=', seriesId)
    .$if(filter.season !== undefined, (query) => query.where('season', '=', filter.season!))
    .$if(filter.missing !== undefined, (query) => query.where(sql<boolean>`(${missing}) = ${filter.missing!}`))
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(${watching}, episode.episode) > (${season}::int, ${episode}::int)`),
    )
    .orderBy(watching)
    .orderBy('episode.episode')
    .limit(limit + 1);
}

const missing = sql`monitored and ${aired} and not exists (select from file_episode where episode_id = episode.id)`;

/** Of several files of one episode the chosen one is shown. */
const fileOfEpisode = (eb: ExpressionBuilder<DB, 'episode'>) =>
  eb
    .selectFrom('file_episode')
    .innerJoin('file', 'file.id', 'file_id')
    .leftJoin('media', (join) =>
      join
        .onRef('media.file_id', '=', 'file.id')
        .onRef('media.size', '=', 'file.size')
        .onRef('media.mtime_ms', '=', 'file.mtime_ms'),
    )
    .whereRef('episode_id', '=', 'episode.id')
    .select(['file.path', 'file.size', 'file.mtime_ms', 'file.reason', 'media.facts'])
    .orderBy('chosen', 'desc')
    .limit(1)
    .as('held');

interface FileColumns {
  path: string;
  size: number | null;
  mtime_ms: number | null;
  reason: string | null;
  facts: Json | null;
}

function fileOf(row: FileColumns) {
  return {
    path: row.path,
    size: row.size ?? 0,
    modified_at: new Date(row.mtime_ms ?? 0).toISOString(),
    match: row.reason ?? '',
    // Stored as the inspector gave them, and parsed by the contract on the way out.
    media: row.facts as MediaFacts | null,
  };
}
