import { Client } from 'pg';
import { percentile } from '../case.ts';

/** Milliseconds of each case, 95th percentile. */
export type Peer = Record<'list' | 'search' | 'missing' | 'details' | 'switching', number>;

const ROUNDS = 5;

/**
 * The way that counts at each request: the same questions in plain SQL on the same rows, with nothing kept. Without HTTP,
 * broker or service between, which all is in our own times.
 */
export async function countAtEachRequest(databaseUrl: string, series: string): Promise<Peer> {
  const client = new Client({ connectionString: databaseUrl, options: '-c search_path=catalog' });
  client.on('error', () => undefined);
  await client.connect();
  const p95 = async (...statements: [text: string, ...values: unknown[]][]) => {
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const begun = performance.now();
      for (const [text, ...values] of statements) await client.query(text, values);
      took.push(performance.now() - begun);
    }
    return percentile(took, 95);
  };
  try {
    await client.query('set session_replication_role = replica');
    return {
      list: await p95([`${COUNTED} order by sort_title, id limit 51`]),
      search: await p95([`${COUNTED} where search_text like $1 order by sort_title, id limit 51`, '%copper lantern%']),
      missing: await p95([`select * from (${COUNTED}) counted where missing > 0 order by missing desc, id limit 51`]),
      details: await p95([`${COUNTED} where id = $1`, series], [EPISODES, series]),
      switching: await p95(
        ['update episode set monitored = not monitored where series_id = $1', series],
        [`${COUNTED} where id = $1`, series],
      ),
    };
  } finally {
    await client.end();
  }
}

const COUNTED = `
  select series.*, counts.* from series cross join lateral (
    select count(*) as episodes, count(held.file_id) as files, coalesce(sum(file.size), 0) as bytes,
      count(*) filter (where monitored and held.file_id is null and (air_date is null or air_date <= current_date)) as missing,
      min(air_date) filter (where air_date > current_date) as next_day
    from episode
    left join file_episode held on held.episode_id = episode.id and held.chosen
    left join file on file.id = held.file_id
    where episode.series_id = series.id
  ) counts`;

const EPISODES = `
  select episode.*, file.path, file.size, file.mtime_ms, file.reason from episode
  left join file_episode held on held.episode_id = episode.id and held.chosen
  left join file on file.id = held.file_id
  where episode.series_id = $1 order by season, episode`;
