import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** Ids of a series at other sites, by the site: `{ tvdb: '12345', anidb: '678' }`. */
export type Links = Record<string, string>;

/** Ids at some sites, as a person gave them; null takes one away, and those of other sites stay. */
export async function changeLinks(tx: Tx, seriesId: string, links: Record<string, string | null>): Promise<void> {
  const given = Object.entries(links);
  const removed = given.filter(([, id]) => id === null).map(([site]) => site);
  const kept = given.filter((entry): entry is [string, string] => entry[1] !== null);
  if (removed.length > 0)
    await tx.deleteFrom('series_link').where('series_id', '=', seriesId).where('site', 'in', removed).execute();
  if (kept.length > 0) await insert(tx, seriesId, Object.fromEntries(kept), true);
}

/** What a provider says; what is no site or id is left out. A person's word stays. */
export async function renewLinks(tx: Tx, seriesId: string, links: Links): Promise<void> {
  if (Object.keys(links).length > 0) await insert(tx, seriesId, links, false);
}

async function insert(tx: Tx, seriesId: string, links: Links, byPerson: boolean): Promise<void> {
  const sites = Object.keys(links);
  await sql`
    insert into series_link (series_id, site, id, by_person)
    select ${seriesId}, site, id, ${byPerson}
    from unnest(${sites}::text[], ${Object.values(links)}::text[]) as given (site, id)
    where site ~ '^[a-z0-9_-]{1,32}$' and length(id) between 1 and 100
    on conflict (series_id, site) do update set id = excluded.id, by_person = excluded.by_person
      where excluded.by_person or not series_link.by_person`.execute(tx);
}

/** The links of some series, by the series. */
export async function linksBySeries(db: Database | Tx, seriesIds: readonly string[]): Promise<Map<string, Links>> {
  const rows = await db
    .selectFrom('series_link')
    .select(['series_id', 'site', 'id'])
    .where('series_id', '=', sql<string>`any(${seriesIds}::uuid[])`)
    .orderBy('site')
    .execute();
  const links = new Map<string, Links>();
  for (const { series_id, site, id } of rows) links.set(series_id, { ...links.get(series_id), [site]: id });
  return links;
}
