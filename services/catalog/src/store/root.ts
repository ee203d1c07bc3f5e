import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

export interface RootRow {
  marked: boolean;
  away: string | null;
}

/** What is known of a library folder itself. */
export async function findRoot(db: Database, path: string): Promise<RootRow> {
  const row = await db.selectFrom('root').select(['marked', 'away']).where('path', '=', path).executeTakeFirst();
  return row ?? { marked: false, away: null };
}

/** @returns whether it has gone away or come back with this */
export async function storeRoot(tx: Tx, path: string, { marked, away }: RootRow): Promise<boolean> {
  const { rows } = await sql<{ turned: boolean }>`
    with before as (select away from root where path = ${path} for update),
    stored as (
      insert into root (path, marked, away) values (${path}, ${marked}, ${away})
      on conflict (path) do update set (marked, away) = (excluded.marked, excluded.away)
    )
    select coalesce((select away is not null from before), false) <> ${away !== null} as turned`.execute(tx);
  return rows[0]?.turned ?? false;
}

/** Library folders that were scanned once, those with files among them. */
export async function knownRoots(db: Database): Promise<string[]> {
  const { rows } = await sql<{ path: string }>`
    select path from root union select distinct root from folder union select distinct root from file`.execute(db);
  return rows.map((row) => row.path);
}

export async function deleteRoot(tx: Tx, path: string): Promise<void> {
  await tx.deleteFrom('root').where('path', '=', path).execute();
}

/** Whether a library folder was scanned before. */
export async function isScanned(db: Database, path: string): Promise<boolean> {
  return (await db.selectFrom('root').select('path').where('path', '=', path).executeTakeFirst()) !== undefined;
}
