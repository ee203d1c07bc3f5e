import { sql } from 'kysely';
import type { Database } from './database.ts';

/** Words that more series have tell nothing, and would make each look-up long. */
const COMMON = 500;
/** Of one title; five are offered in the end, by a finer measure. */
const MOST = 25;

/**
 * The series whose titles might be among these: those that share the most of a title's telling words, and those that have all of its
 * words, of equal ones the shorter first. The work grows with the titles asked for, not with the library.
 * @param titles the words of each, as `wordsOf` gives them
 */
export async function seriesWithWords(db: Database, titles: readonly (readonly string[])[]): Promise<string[]> {
  if (titles.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    with asked as (
      select no, array(select jsonb_array_elements_text(words)) as words
      from jsonb_array_elements(${JSON.stringify(titles)}::jsonb) with ordinality as given (words, no)
    ),
    telling as materialized (
      select word from (select distinct unnest(words) as word from asked) word
      where (
        select count(*) from (select from series_words where words @> array[word] limit ${COMMON + 1}) few
      ) <= ${COMMON}
    )
    select distinct found.series_id as id from asked cross join lateral (
      (
        select series_id from telling cross join lateral (
          select series_id, cardinality(words) as words from series_words where words @> array[word] offset 0
        ) having_it
        where word = any(asked.words)
        group by series_id order by count(*) desc, min(having_it.words), series_id limit ${MOST}
      )
      union all
      (
        select series_id from series_words where words @> asked.words
        order by cardinality(words), series_id limit ${MOST}
      )
    ) found`.execute(db);
  return rows.map(({ id }) => id);
}

/** The series that have one of these ids at other sites. */
export async function seriesWithLinks(db: Database, links: readonly { site: string; id: string }[]): Promise<string[]> {
  if (links.length === 0) return [];
  const rows = await db
    .selectFrom('series_link')
    .select('series_id')
    .distinct()
    .where((eb) =>
      eb(
        eb.refTuple('site', 'id'),
        'in',
        links.flatMap(({ site, id }) => [...new Set([id, id.toLowerCase()])].map((one) => eb.tuple(site, one))),
      ),
    )
    .execute();
  return rows.map(({ series_id }) => series_id);
}
