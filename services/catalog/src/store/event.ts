import type { SeriesEvent, SeriesEventKind } from '@aniworld/contracts';
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** Something that happened to a series. */
export interface Happening {
  series_id: string;
  what: SeriesEventKind;
  /** In words for the user. */
  detail?: string | null;
  /** The episodes that it is about; none: the series itself. */
  episode_ids?: readonly string[];
}

/** Records what happened to series, in the transaction in which it happens. Series that are gone are passed over. */
export async function note(tx: Tx, happenings: readonly Happening[]): Promise<void> {
  if (happenings.length === 0) return;
  await sql`
    insert into series_event (series_id, what, detail, episode_ids)
    select h.series_id, h.what, h.detail,
      coalesce(array(select jsonb_array_elements_text(h.episode_ids)::uuid), '{}')
    from jsonb_to_recordset(${JSON.stringify(happenings)}::jsonb)
      as h (series_id uuid, what text, detail text, episode_ids jsonb)
    join series on series.id = h.series_id`.execute(tx);
}

/** What happened to a series, the newest first. @param after time and id of the last one before */
export async function eventsOfSeries(
  db: Database,
  seriesId: string,
  filter: { what?: SeriesEventKind | undefined; limit: number },
  after: { key: string; id: string } | null,
): Promise<SeriesEvent[]> {
  const { rows } = await sql<SeriesEvent>`
    select id, at, what, detail, episode_ids[1:100] as episode_ids, cardinality(episode_ids) as count
    from series_event where series_id = ${seriesId}
      ${filter.what === undefined ? sql`` : sql`and what = ${filter.what}`}
      ${after === null ? sql`` : sql`and (at, id) < (${after.key}::timestamptz, ${after.id}::uuid)`}
    order by at desc, id desc limit ${filter.limit}`.execute(db);
  return rows;
}

/** What happened to an episode in the library, the oldest first; the last five hundred. */
export async function eventsOfEpisode(db: Database, seriesId: string, episodeId: string) {
  const { rows } = await sql<{ at: string; what: string; detail: string | null }>`
    select at, what, detail from (
      select id, at, what, detail from series_event
      where series_id = ${seriesId} and (episode_ids @> array[${episodeId}::uuid] or what = 'added')
      order by at desc, id desc limit 500
    ) newest order by at, id`.execute(db);
  return rows;
}

/** Forgets what happened long ago, ten thousand rows at most. @returns how many */
export async function forgetEvents(db: Database, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from series_event where id in (
      select id from series_event where at < now() - make_interval(days => ${days}) order by at limit 10000)`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}
