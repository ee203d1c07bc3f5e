import type { Series, SeriesFilter } from '@aniworld/contracts';
import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { Place } from '../cursor.ts';
import type { DB } from '../schema.gen.ts';
import { fold } from '../title.ts';
import type { Database } from './database.ts';
import { type SeriesChoices, seriesColumns } from './series.ts';

export type SeriesSort = 'title' | 'added' | 'size' | 'missing' | 'next_airing';

/** What a cursor's key looks like, by the order. */
export const SERIES_KEYS: Record<SeriesSort, RegExp> = {
  title: /^[^\0]*$/,
  added: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?$/,
  size: /^\d{1,18}$/,
  missing: /^\d{1,9}$/,
  next_airing: /^(\d{4}-\d\d-\d\d|infinity)$/,
};

/** A row of the list, with the value that it stands by. */
export type ListedSeries = Series & { sort_key: string };

/** Each has an index of the same expression and the id behind it. */
const orders: Record<SeriesSort, { key: RawBuilder<unknown>; type: RawBuilder<unknown>; down: boolean }> = {
  title: { key: sql`sort_title`, type: sql`text`, down: false },
  added: { key: sql`added_at`, type: sql`timestamptz`, down: true },
  size: { key: sql`size`, type: sql`bigint`, down: true },
  missing: { key: sql`missing_count`, type: sql`integer`, down: true },
  next_airing: { key: sql`coalesce(next_airing, 'infinity')`, type: sql`date`, down: false },
};

/** One page. One row more than `limit` says that there is another page. */
export async function listSeries(
  db: Database,
  filter: SeriesFilter,
  { sort, limit, after }: { sort: SeriesSort; limit: number; after: Place | null },
): Promise<ListedSeries[]> {
  const { key, type, down } = orders[sort];
  const way = down ? sql`desc` : sql`asc`;
  const beyond = down ? sql`<` : sql`>`;
  return narrow(db.selectFrom('series'), filter)
    .select([...seriesColumns, sql<string>`${key}::text`.as('sort_key')])
    .$narrowType<SeriesChoices>()
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(${key}, id) ${beyond} (${after!.key}::${type}, ${after!.id}::uuid)`),
    )
    .orderBy(sql`${key} ${way}, id ${way}`)
    .limit(limit + 1)
    .execute();
}

/** How many a filter finds. */
export async function countSeries(db: Database, filter: SeriesFilter): Promise<number> {
  const { count } = await narrow(db.selectFrom('series'), filter)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Ids of those that a filter finds, in their order, from `after` on. */
export async function seriesIds(
  db: Database,
  filter: SeriesFilter,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await narrow(db.selectFrom('series'), filter)
    .select('id')
    .$if(after !== null, (query) => query.where('id', '>', after!))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

type SeriesQuery<O> = SelectQueryBuilder<DB, 'series', O>;

/** Texts have no index of their own: all titles of 30,000 series are looked through in a few milliseconds. */
function narrow<O>(query: SeriesQuery<O>, filter: SeriesFilter): SeriesQuery<O> {
  const { missing, q, tag } = filter;
  let narrowed = query;
  for (const field of ['status', 'monitor', 'folder', 'provider'] as const) {
    const value = filter[field];
    if (value !== undefined) narrowed = narrowed.where(field, '=', value);
  }
  if (tag !== undefined) narrowed = narrowed.where(sql<boolean>`tags @> ${[tag]}::text[]`);
  if (missing !== undefined) narrowed = narrowed.where('missing_count', missing ? '>' : '=', 0);
  for (const word of wordsOf(q)) narrowed = narrowed.where('search_text', 'like', `%${escapeLike(word)}%`);
  return narrowed;
}

const wordsOf = (q = '') => fold(q).split(/\s+/).filter(Boolean);

const escapeLike = (text: string) => text.replaceAll(/[\\%_]/g, '\\$&');
