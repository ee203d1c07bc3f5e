import type { TimelineEntry } from '@aniworld/contracts';
import type { Db } from '@aniworld/chassis';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { DB } from '../schema.gen.ts';

export interface Happening {
  what: string;
  worker?: string | null;
  detail?: string | null;
}

/** Records what happened to items, in the transaction in which it happens when it changes them. */
export async function note(tx: Db<DB>, items: { id: string; episode_id: string }[], happening: Happening) {
  if (items.length === 0) return;
  await sql`
    insert into timeline (item_id, episode_id, what, worker, detail)
    select i.id, i.episode_id, ${happening.what}, ${happening.worker ?? null}, ${happening.detail ?? null}
    from jsonb_to_recordset(${JSON.stringify(items.map(({ id, episode_id }) => ({ id, episode_id })))}::jsonb)
      as i(id uuid, episode_id uuid)`.execute(tx);
}

/** What happened to an item. The index is that of the episode, which has few items. */
export async function timelineOf(
  db: Db<DB>,
  item: { id: string; episode_id: string },
): Promise<z.output<typeof TimelineEntry>[]> {
  const { rows } = await sql<z.output<typeof TimelineEntry>>`
    select at, what, worker, detail from timeline where episode_id = ${item.episode_id} and item_id = ${item.id}
    order by id limit 1000`.execute(db);
  return rows;
}

/** What happened to an episode, whichever items it had. */
export async function timelineOfEpisode(db: Db<DB>, episodeId: string): Promise<z.output<typeof TimelineEntry>[]> {
  const { rows } = await sql<z.output<typeof TimelineEntry>>`
    select at, what, worker, detail from timeline where episode_id = ${episodeId} order by id limit 1000`.execute(db);
  return rows;
}
