import type { FailureCause, MissingStanding, WantedEpisode } from '@aniworld/contracts';
import { type RawBuilder, sql } from 'kysely';
import { standingOf } from '../standing.ts';
import type { Database } from './database.ts';

export const today = sql<string>`(now() at time zone 'utc')::date`;
const hasFile = sql<boolean>`exists (select from file_episode where file_episode.episode_id = e.id)`;
const aired = sql<boolean>`(e.air_date is null or e.air_date <= ${today})`;
const columns = sql`
  e.id as episode_id, e.series_id, s.title as series_title, e.season, e.episode, e.absolute, e.title, e.air_date,
  e.monitored, s.auto_download, ${aired} as aired,
  q.state, q.cause, q.detail, q.changed_at as since, coalesce(q.failures, 0) as failures`;

type Row = Omit<WantedEpisode, 'standing' | 'cause'> & {
  aired: boolean;
  has_file: boolean;
  state: string | null;
  cause: FailureCause | null;
};

/** What lists show of a row; the cause is kept only while it explains something. */
export function listed({ aired: due, has_file, state, ...row }: Row): WantedEpisode & { has_file: boolean } {
  const standing = standingOf({ ...row, aired: due, has_file, state });
  return { ...row, has_file, standing };
}

export interface WantedFilter {
  limit: number;
  series_id?: string | undefined;
  season?: number | undefined;
  /** First day of airing, `YYYY-MM-DD`. */
  since?: string | undefined;
  /** Only those that stand in one of these ways. */
  standing?: readonly MissingStanding[] | undefined;
}

const narrow = ({ series_id, season, since, standing }: WantedFilter) => sql`
  ${series_id === undefined ? sql`` : sql`and w.series_id = ${series_id}`}
  ${season === undefined ? sql`` : sql`and e.season = ${season}`}
  ${since === undefined ? sql`` : sql`and w.air_day >= ${since}::date`}
  ${standing === undefined ? sql`` : sql`and (${sql.join(standing.map(stands), sql` or `)})`}`;

const unobtainable = sql<boolean>`coalesce(q.cause in ('no_source', 'gone'), false)`;

/** The same as `standingOf`, said so that the few rows of the queue can be read first. */
function stands(standing: MissingStanding): RawBuilder<boolean> {
  if (standing === 'never_queued') return sql`q.state is null`;
  if (standing === 'failed') return sql`(q.state = 'failed' and not ${unobtainable})`;
  if (standing === 'no_source') return sql`(q.state = 'failed' and ${unobtainable})`;
  return sql`q.state = ${STATES[standing]}`;
}

/** What the queue told of an episode that stands so. */
const STATES = {
  ...{ queued: 'pending', downloading: 'downloading', cancelled: 'cancelled', removed: 'removed' },
  file_lost: 'completed',
} as const;

/** Missing episodes, the newest first; those without a date last. @param after day and id of the last one before */
export async function wantedByDay(
  db: Database,
  filter: WantedFilter,
  after: { key: string; id: string } | null,
): Promise<(WantedEpisode & { key: string })[]> {
  const { rows } = await sql<Row & { key: string }>`
    select ${columns}, false as has_file, w.air_day::text as key
    from wanted w join episode e on e.id = w.episode_id join series s on s.id = w.series_id
    left join queued_episode q on q.episode_id = e.id
    where w.air_day <= ${today} ${narrow(filter)}
      ${after === null ? sql`` : sql`and (w.air_day, w.episode_id) < (${after.key}::date, ${after.id}::uuid)`}
    order by w.air_day desc, w.episode_id desc limit ${filter.limit}`.execute(db);
  return rows.map(({ key, ...row }) => ({ ...listed(row), key }));
}

/** The same by the series' titles, in the order of watching. @param after id of the last one before, if it still exists */
export async function wantedBySeries(
  db: Database,
  filter: WantedFilter,
  after: { key: string; id: string } | null,
): Promise<(WantedEpisode & { key: string })[]> {
  const { rows } = await sql<Row & { key: string }>`
    select ${columns}, false as has_file,
      jsonb_build_array(s.sort_title, s.id, e.season = 0, e.season, e.episode)::text as key
    from series s join wanted w on w.series_id = s.id join episode e on e.id = w.episode_id
    left join queued_episode q on q.episode_id = e.id
    where w.air_day <= ${today} ${narrow(filter)} ${after === null ? sql`` : behind(after.key)}
    order by s.sort_title, s.id, e.season = 0, e.season, e.episode limit ${filter.limit}`.execute(db);
  return rows.map(({ key, ...row }) => ({ ...listed(row), key }));
}

/** The first comparison is what the index on titles can use. */
function behind(key: string): RawBuilder<unknown> {
  const [title, id, special, season, episode] = JSON.parse(key) as [string, string, boolean, number, number];
  return sql`
    and (s.sort_title, s.id) >= (${title}, ${id}::uuid)
    and (s.sort_title, s.id, e.season = 0, e.season, e.episode) >
      (${title}, ${id}::uuid, ${special}::boolean, ${season}::integer, ${episode}::integer)`;
}

/** One episode as the lists show it. */
export async function standingOfEpisode(db: Database, id: string): Promise<WantedEpisode | undefined> {
  const { rows } = await sql<Row>`
    select ${columns}, ${hasFile} as has_file
    from episode e join series s on s.id = e.series_id left join queued_episode q on q.episode_id = e.id
    where e.id = ${id}`.execute(db);
  return rows[0] && listed(rows[0]);
}

/** Episodes that air from one day to another, in that order. @param after day and id of the last one before */
export async function airing(
  db: Database,
  filter: { from: string; to: string; limit: number; unmonitored: boolean },
  after: { key: string; id: string } | null,
): Promise<(WantedEpisode & { has_file: boolean; air_date: string })[]> {
  const { rows } = await sql<Row>`
    select ${columns}, ${hasFile} as has_file
    from episode e join series s on s.id = e.series_id left join queued_episode q on q.episode_id = e.id
    where e.air_date between ${filter.from}::date and ${filter.to}::date
      ${filter.unmonitored ? sql`` : sql`and e.monitored`}
      ${after === null ? sql`` : sql`and (e.air_date, e.id) > (${after.key}::date, ${after.id}::uuid)`}
    order by e.air_date, e.id limit ${filter.limit}`.execute(db);
  return rows.map((row) => ({ ...listed(row), air_date: row.air_date! }));
}

/** How often and how soon a failed download is queued again without being asked. */
export interface Patience {
  failures: number;
  /** For what nobody offers yet: it may come. */
  failuresWithoutSource: number;
  hours: number;
}

export interface Candidate {
  series_id: string;
  priority: 'high' | 'normal' | 'low';
  episode_ids: string[];
}

/**
 * What series with automatic download miss and the queue should have; what waits there, and what a person took out, is
 * passed over. Series by priority, and of each band the newest episodes first. Materialized: of 110,000 that nobody is to ask for
 * again, a planner that counts on finding the first ones soon reads each one's episode and record by itself, 900,000 pages.
 * @param limit episodes in all
 */
export async function episodesToQueue(db: Database, patience: Patience, limit: number): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    with due as materialized (
      select w.episode_id, w.series_id, w.air_day, s.priority
      from series s join wanted w on w.series_id = s.id left join queued_episode q on q.episode_id = w.episode_id
      where s.auto_download and w.air_day <= ${today} and (
        q.state is null
        or q.changed_at < now() - make_interval(hours => ${patience.hours}) and (
          q.state = 'completed'
          or q.state = 'failed' and q.failures < case when q.cause in ('no_source', 'gone')
            then ${patience.failuresWithoutSource}::integer else ${patience.failures}::integer end))
    ),
    chosen as (
      select * from due
      order by array_position(array['high', 'normal', 'low'], priority), air_day desc, episode_id limit ${limit}
    )
    select chosen.series_id, priority, array_agg(id order by season = 0, season, episode) as episode_ids
    from chosen join episode on id = episode_id group by chosen.series_id, priority
    order by array_position(array['high', 'normal', 'low'], priority), max(air_day) desc, chosen.series_id`.execute(db);
  return rows;
}
