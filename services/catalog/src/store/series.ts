import type { Monitor, Priority, Series, SeriesDetails } from '@aniworld/contracts';
import { type Insertable, sql } from 'kysely';
import type { MonitorRule } from '../monitor.ts';
import type { DB } from '../schema.gen.ts';
import { type Database, lockMatching, type Tx } from './database.ts';
import { linksBySeries } from './link.ts';

export type NewSeries = Insertable<DB['series']>;

/** What is shown of a series wherever it is listed. */
export const seriesColumns = [
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
  'monitor',
  'auto_download',
  'priority',
  'tags',
  'episode_count',
  'file_count',
  'missing_count',
  'monitored_count',
  'size',
  'next_airing',
  'added_at',
] as const;

/** What the database checks and its generated types do not know. */
export interface SeriesChoices {
  status: Series['status'];
  monitor: Monitor;
  priority: Priority;
}

export async function findSeries(db: Database | Tx, id: string): Promise<Series | undefined> {
  return db
    .selectFrom('series')
    .select(seriesColumns)
    .$narrowType<SeriesChoices>()
    .where('id', '=', id)
    .executeTakeFirst();
}

/** A series with its seasons and links; the provider's own reference is one of them. */
export async function findDetails(db: Database | Tx, id: string): Promise<SeriesDetails | undefined> {
  const series = await db
    .selectFrom('series')
    .select([...seriesColumns, sql<SeriesDetails['seasons']>`seasons`.as('seasons')])
    .select(
      sql<number>`(select count(*) from file where series_id = series.id and root <> series.folder)`.as(
        'files_elsewhere',
      ),
    )
    .$narrowType<SeriesChoices>()
    .where('id', '=', id)
    .executeTakeFirst();
  if (!series) return undefined;
  const links = (await linksBySeries(db, [id])).get(id);
  return { ...series, links: { ...links, [series.provider]: series.provider_ref } };
}

/** The rule for new episodes of a series, and the day from which it holds. */
export async function monitorRule(tx: Tx, id: string): Promise<MonitorRule> {
  return tx
    .selectFrom('series')
    .select(['monitor', 'monitored_from as since'])
    .$narrowType<SeriesChoices>()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** Locks the series for this transaction, so that it can't be removed or refreshed meanwhile. */
export async function lockSeries(tx: Tx, id: string): Promise<boolean> {
  return (await tx.selectFrom('series').select('id').where('id', '=', id).forUpdate().executeTakeFirst()) !== undefined;
}

/** Those of the series that exist; none of them can be removed before this transaction ends. */
export async function holdSeries(tx: Tx, ids: readonly string[]): Promise<{ id: string; title: string }[]> {
  if (ids.length === 0) return [];
  return tx.selectFrom('series').select(['id', 'title']).where('id', 'in', ids).orderBy('id').forKeyShare().execute();
}

/** The same, and nobody else decides about their files either, nor counts them anew. */
export async function claimSeries(tx: Tx, ids: readonly string[]): Promise<{ id: string; title: string }[]> {
  if (ids.length === 0) return [];
  return tx
    .selectFrom('series')
    .select(['id', 'title'])
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
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
    .set({
      ...{ series_id: null, pinned: false, state: 'unmatched', confidence: null },
      reason: 'Its series was removed from the library.',
    })
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
  /** Ids at other sites, by the site. */
  links: Record<string, string>;
}

/** The titles of some series, or of all: what file names are compared with. */
export async function seriesNames(db: Database, ids?: readonly string[]): Promise<SeriesNames[]> {
  return db
    .selectFrom('series')
    .select(['id', 'title', 'year', 'synonyms'])
    .select(
      sql<Record<string, string>>`coalesce(
        (select jsonb_object_agg(site, series_link.id) from series_link where series_id = series.id), '{}')`.as(
        'links',
      ),
    )
    .$if(ids !== undefined, (query) => query.where('id', '=', sql<string>`any(${ids}::uuid[])`))
    .execute();
}

/** Counts anew where the day of an episode has come since the last count; gives the series whose figures changed. */
export async function recountAired(tx: Tx): Promise<{ id: string; title: string }[]> {
  await lockMatching(tx);
  const due = await tx
    .selectFrom('series')
    .select(['id', 'title'])
    .where(sql<boolean>`coalesce(next_airing, 'infinity') <= (now() at time zone 'utc')::date`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  if (due.length > 0) await sql`select recount_series(${due.map(({ id }) => id)}::uuid[])`.execute(tx);
  return due;
}
