import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** Series that are due, those first that have waited longest. A series that nobody watches for is left alone. */
export async function seriesToRefresh(
  db: Database,
  due: { hours: number; afterFailure: number; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from series
    where status <> 'ended' and monitor <> 'none'
      and coalesce(refreshed_at, added_at) < now() - make_interval(hours => ${due.hours})
      and coalesce(refresh_tried_at, added_at) < now() - make_interval(hours => ${due.afterFailure})
    order by coalesce(refresh_tried_at, added_at) limit ${due.limit}`.execute(db);
  return rows.map((row) => row.id);
}

export async function noteTry(db: Database, id: string): Promise<void> {
  await db.updateTable('series').set({ refresh_tried_at: sql<string>`now()` }).where('id', '=', id).execute();
}

/** The provider has told everything about the series just now. */
export async function noteRefreshed(tx: Tx, id: string): Promise<void> {
  await sql`update series set refreshed_at = now(), refresh_tried_at = now() where id = ${id}`.execute(tx);
}
