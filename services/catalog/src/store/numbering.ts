import { sql } from 'kysely';
import type { Renumbered } from '../merge.ts';
import type { Database, Tx } from './database.ts';

export async function insertRenumbered(tx: Tx, seriesId: string, changes: readonly Renumbered[]): Promise<void> {
  if (changes.length === 0) return;
  await sql`
    insert into numbering_change (series_id, episode_id, old_season, old_episode, old_absolute, new_season, new_episode,
      new_absolute)
    select ${seriesId}, episode_id, old_season, old_episode, old_absolute, new_season, new_episode, new_absolute
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as change (episode_id uuid, old_season int,
      old_episode int, old_absolute int, new_season int, new_episode int, new_absolute int)`.execute(tx);
}

/** Newest first, from before the change `before` on. */
export async function listRenumbered(db: Database, seriesId: string, before: number | null, limit: number) {
  return db
    .selectFrom('numbering_change')
    .innerJoin('episode', 'episode.id', 'episode_id')
    .select(['numbering_change.id as id', 'episode_id', 'title', 'changed_at'])
    .select(['old_season', 'old_episode', 'old_absolute', 'new_season', 'new_episode', 'new_absolute'])
    .where('numbering_change.series_id', '=', seriesId)
    .$if(before !== null, (query) => query.where('numbering_change.id', '<', before!))
    .orderBy('numbering_change.id', 'desc')
    .limit(limit)
    .execute();
}
