import { Client } from 'pg';

export const SERIES = 30_000;
export const EPISODES = 750_000;
/** The longest ones: what runs for thirty years, and what runs daily. */
export const LONG = 1_300;
export const LONGEST = 5_000;
/** Files that no series has: with the name of several, with words of one, with nothing known, and second ones of an episode. */
export const OPEN_FILES = 500;

export interface Filled {
  /** Of the series with 1,300 episodes. */
  long: string;
  /** Of the one with 5,000. */
  longest: string;
}

const WORDS = `amber harbour night river copper paper lantern winter garden station violet orchard signal thunder marble
  kitchen ocean library mountain engine silver meadow comet village tailor piano summer orbit compass autumn`.split(
  /\s+/,
);

/**
 * Fills the catalog as a large collection would have: 25 episodes a series on average, 85 of 100 with a file, one in twelve
 * series still airing. By set-based statements, with the triggers off and everything counted once at the end.
 */
export async function fill(databaseUrl: string, folder: string, say: (text: string) => void): Promise<Filled> {
  const client = new Client({ connectionString: databaseUrl, options: '-c search_path=catalog' });
  client.on('error', () => undefined);
  await client.connect();
  const timed = async (what: string, text: string, values: unknown[] = []) => {
    const begun = performance.now();
    const { rows } = await client.query(text, values);
    say(`${what}: ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
    return rows;
  };
  try {
    await client.query('set session_replication_role = replica');
    await timed(`${SERIES} series`, INSERT_SERIES, [SERIES, WORDS, folder]);
    const lengths = [SERIES, LONG, LONGEST, EPISODES];
    await timed(`${EPISODES} episodes`, INSERT_EPISODES, lengths);
    await timed('their files', INSERT_FILES);
    await timed('which holds which', INSERT_LINKS);
    await timed(`${OPEN_FILES} files that nothing has`, INSERT_OPEN, [OPEN_FILES, folder]);
    await timed('and what the doubles are of', INSERT_DOUBLES, [OPEN_FILES]);
    await timed('words of titles', INSERT_TITLE_WORDS);
    await timed('counts', 'select recount_series(array(select id from series))');
    await timed('statistics', 'vacuum (analyze) series, series_words, episode, file, file_episode');
    await timed('wanted', 'select refresh_wanted(array(select id from episode))');
    await client.query('vacuum (analyze) wanted');
    // Or writing all that to the disk goes on while the first requests are measured.
    await timed('on the disk', 'checkpoint');
    const rows = await timed('the longest', 'select id, episode_count from series order by episode_count desc limit 2');
    return { longest: rows[0].id, long: rows[1].id };
  } finally {
    await client.end();
  }
}

const INSERT_SERIES = `
  insert into series (title, year, synonyms, overview, status, poster_url, provider, provider_ref, folder, sort_title,
    search_text, added_at, tags, monitor)
  select initcap(name), 1970 + n % 56, array[initcap(name) || ' the series', 'Series no. ' || n],
    repeat('Somebody comes to a place that nobody knows. ', 5 + n % 10),
    case when n % 12 = 0 then 'continuing' else 'ended' end, 'https://pictures.example.org/' || n || '.jpg',
    'rss', 'https://feeds.example.org/' || n, $3, name || ' ' || n,
    name || chr(10) || name || ' the series' || chr(10) || 'series no. ' || n,
    now() - n * interval '1 minute', case when n % 50 = 0 then array['cosy'] else '{}'::text[] end, 'all'
  from (
    select n, concat_ws(' ', ($2::text[])[1 + n % 30], ($2::text[])[1 + n / 30 % 30], ($2::text[])[1 + n / 900 % 30]) as name
    from generate_series(1, $1) as n
  ) named`;

const INSERT_EPISODES = `
  with numbered as (select id, row_number() over (order by provider_ref) as n from series),
  long as (
    select id, n, case n when 1 then $2::int when 2 then $3::int
      else (($4::int - $2 - $3) / ($1::int - 2)) + case when n % 2 = 0 then 6 else -6 end
        + case when n - 2 <= ($4 - $2 - $3) % ($1 - 2) then 1 else 0 end end as episodes
    from numbered
  )
  insert into episode (series_id, season, episode, absolute, title, overview, air_date, duration, provider_ref)
  select id, 1 + (e - 1) / 26, 1 + (e - 1) % 26, e, 'Part ' || e || ' of the story',
    repeat('They go on, and it rains. ', 4 + e % 5),
    case when n % 12 = 0 then current_date + 30 - (episodes - e) * 7 else date '2020-01-01' - (episodes - e) * 7 end,
    1440, 'part-' || e
  from long cross join lateral generate_series(1, episodes) as e`;

const INSERT_FILES = `
  insert into file (id, root, place, path, size, mtime_ms, series_id, reason, state, confidence)
  select episode.id, folder, title, folder || '/' || title || ' ' || series.n || '/Season ' || season || '/' || title || ' - S'
      || season || 'E' || episode || '.mkv',
    300000000 + hashtext(episode.id::text) % 100000000, 1700000000000, series_id,
    '“' || title || '” is the folder’s name; season and number are in the name (rule sxe).', 'matched', 'likely'
  from (select id as series_id, folder, title, row_number() over () as n from series) series
  join (select id, series_id, season, episode, air_date from episode) episode using (series_id)
  where abs(hashtext(episode.id::text)) % 100 < 85 and air_date <= current_date`;

const INSERT_LINKS = `
  insert into file_episode (file_id, episode_id, chosen) select id, id, true from file`;

const INSERT_TITLE_WORDS = `
  insert into series_words (series_id, words) select id, title_words(search_text) from series`;

const INSERT_OPEN = `
  insert into file (root, place, path, size, mtime_ms, reason, state)
  select $2, place, $2 || '/' || place || '/' || name || '.mkv', 300000000, 1700000000000, 'It stays open.',
    case n % 5 when 0 then 'ambiguous' when 4 then 'duplicate' else 'unmatched' end
  from (select *, row_number() over (order by provider_ref) as n from series) numbered
  cross join lateral (select split_part(title, ' ', 2) || ' ' || split_part(title, ' ', 3) as words, n % 26 + 1 as e) part
  cross join lateral (select
    case n % 5 when 1 then 'Downloads' when 2 then 'The ' || words || ' Chronicle' else title || ' ' || n end as place,
    case n % 5 when 0 then title || ' - ' || e when 1 then '[Group] ' || words || ' of Nowhere - ' || e || ' [1080p]'
      when 2 then 'S01E' || e when 3 then synonyms[2] || ' Unaired S09E' || e else title || ' S01E01 (copy)' end as name
  ) named
  where n <= $1`;

const INSERT_DOUBLES = `
  insert into file_episode (file_id, episode_id, chosen)
  select double.id, held.episode_id, false
  from (select id, row_number() over (order by path) as n from file where state = 'duplicate') double
  join (select episode_id, row_number() over () as n from (select episode_id from file_episode limit $1) first) held using (n)`;
