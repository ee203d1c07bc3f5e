import type { Series, SeriesStatus } from '@aniworld/contracts';
import { type Insertable, sql } from 'kysely';
import type { z } from 'zod';
import type { DB } from '../schema.gen.ts';
import { type Database, lockMatching, type Tx } from './database.ts';

type Status = z.output<typeof SeriesStatus>;
export type NewSeries = Insertable<DB['series']>;

const columns = [
  'id',
  'title',
  'year',
  'synonyms',
  'overview',
  'status',
  'poster_url',
  'provider',
  'provider_ref',
  'folder',
  'episode_count',
  'file_count',
  'missing_count',
  'size',
  'added_at',
] as const;

export interface SeriesFilter {
  sort: 'title' | 'added';
  limit: number;
  /** The last row of the page before: its sort key and id. */
  after: { key: string; id: string } | null;
  missing?: boolean | undefined;
  status?: Status | undefined;
  /** Already folded. */
  text?: string | undefined;
}

/** One page; titles ascending, or the newest first. One row more than `limit` says that there is another page. */
export async function listSeries(db: Database, filter: SeriesFilter): Promise<(Series & { sort_title: string })[]> {
  const key = filter.sort === 'title' ? 'sort_title' : 'added_at';
  const direction = filter.sort === 'title' ? 'asc' : 'desc';
  const { after, text, status } = filter;
  return db
    .selectFrom('series')
    .select([...columns, 'sort_title'])
    .$narrowType<{ status: Status }>()
    .$if(filter.missing === true, (query) => query.where('missing_count', '>', 0))
    .$if(filter.missing === false, (query) => query.where('missing_count', '=', 0))
    .$if(status !== undefined, (query) => query.where('status', '=', status!))
    .$if(text !== undefined, (query) => query.where('search_text', 'like', `%${escapeLike(text!)}%`))
    .$if(after !== null, (query) =>
      query.where((eb) => eb(eb.refTuple(key, 'id'), direction === 'asc' ? '>' : '<', eb.tuple(after!.key, after!.id))),
    )
    .orderBy(key, direction)
    .orderBy('id', direction)
    .limit(filter.limit + 1)
    .execute();
}

const escapeLike = (text: string) => text.replaceAll(/[\\%_]/g, '\\$&');

export async function findSeries(db: Database | Tx, id: string): Promise<Series | undefined> {
  return db
    .selectFrom('series')
    .select(columns)
    .$narrowType<{ status: Status }>()
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Locks the series for this transaction, so that it can't be removed or refreshed meanwhile. */
export async function lockSeries(tx: Tx, id: string): Promise<boolean> {
  return (await tx.selectFrom('series').select('id').where('id', '=', id).forUpdate().executeTakeFirst()) !== undefined;
}

/** Those of the series that exist; none of them can be removed before this transaction ends. */
export async function holdSeries(tx: Tx, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx.selectFrom('series').select('id').where('id', 'in', ids).orderBy('id').forKeyShare().execute();
  return rows.map((row) => row.id);
}

/** Which of a provider's series are in the library. */
export async function seriesOfRefs(db: Database, refs: readonly { provider: string; ref: string }[]) {
  if (refs.length === 0) return [];
  return db
    .selectFrom('series')
    .select(['id', 'provider', 'provider_ref'])
    .where((eb) =>
      eb(
        eb.refTuple('provider', 'provider_ref'),
        'in',
        refs.map(({ provider, ref }) => eb.tuple(provider, ref)),
      ),
    )
    .execute();
}

/** The new series' id, or undefined when it is there already. */
export async function insertSeries(tx: Tx, row: NewSeries): Promise<string | undefined> {
  const inserted = await tx
    .insertInto('series')
    .values(row)
    .onConflict((conflict) => conflict.columns(['provider', 'provider_ref']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id;
}

export async function updateSeries(tx: Tx, id: string, row: Partial<NewSeries>): Promise<void> {
  await tx.updateTable('series').set(row).where('id', '=', id).execute();
}

/** The removed series' title, or undefined when there was none. Its episodes go with it, its files stay as unmatched. */
export async function deleteSeries(tx: Tx, id: string): Promise<string | undefined> {
  await lockMatching(tx);
  await lockSeries(tx, id);
  await tx
    .updateTable('file')
    .set({ series_id: null, pinned: false, reason: 'Its series was removed from the library.' })
    .where('series_id', '=', id)
    .execute();
  const deleted = await tx.deleteFrom('series').where('id', '=', id).returning('title').executeTakeFirst();
  return deleted?.title;
}

export interface SeriesNames {
  id: string;
  title: string;
  year: number | null;
  synonyms: string[];
}

/** The titles of one series, or of all: what file names are compared with. */
export async function seriesNames(db: Database, id?: string): Promise<SeriesNames[]> {
  return db
    .selectFrom('series')
    .select(['id', 'title', 'year', 'synonyms'])
    .$if(id !== undefined, (query) => query.where('id', '=', id!))
    .execute();
}

/** Counts anew where the day of an episode has come since the last count; gives the series whose figures changed. */
export async function recountAired(tx: Tx): Promise<{ id: string; title: string }[]> {
  await lockMatching(tx);
  const due = await tx
    .selectFrom('series')
    .select(['id', 'title', 'missing_count'])
    .where(sql<boolean>`exists (
      select from episode where episode.series_id = series.id
        and air_date > coalesce(series.counted_on, '-infinity') and air_date <= (now() at time zone 'utc')::date)`)
    .forNoKeyUpdate()
    .execute();
  if (due.length === 0) return [];
  const ids = due.map((series) => series.id);
  await sql`select recount_series(${ids}::uuid[])`.execute(tx);
  const now = await tx.selectFrom('series').select(['id', 'missing_count']).where('id', 'in', ids).execute();
  const counts = new Map(now.map((series) => [series.id, series.missing_count]));
  return due.filter((series) => counts.get(series.id) !== series.missing_count);
}
