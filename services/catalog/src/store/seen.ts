import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** A file's row as far as a scan compares it with what lies there. */
export interface KnownFile {
  id: string;
  path: string;
  size: number;
  mtime_ms: number;
  inode: number | null;
}

export async function filesOfPlaces(db: Database, root: string, places: readonly string[]): Promise<KnownFile[]> {
  if (places.length === 0) return [];
  return db
    .selectFrom('file')
    .select(['id', 'path', 'size', 'mtime_ms', 'inode'])
    .where('root', '=', root)
    .where('place', '=', sql<string>`any(${places}::text[])`)
    .execute();
}

export interface Totals {
  files: number;
  matched: number;
  extras: number;
}

/** How many files are known in some places. */
export async function totalsOfPlaces(db: Database, root: string, places: readonly string[]): Promise<Totals> {
  const { rows } = await sql<Totals>`
    select count(*) as files, count(*) filter (where state = 'matched') as matched,
      count(*) filter (where kind <> 'episode') as extras
    from file where root = ${root} and place = any(${places}::text[])`.execute(db);
  return rows[0]!;
}

/** How many files are known in some roots. */
export async function totalsOfRoots(db: Database, roots: readonly string[]): Promise<Totals> {
  const { rows } = await sql<Totals>`
    select count(*) as files, count(*) filter (where state = 'matched') as matched,
      count(*) filter (where kind <> 'episode') as extras
    from file where root = any(${roots}::text[])`.execute(db);
  return rows[0]!;
}

/**
 * Forgets files that were not there when somebody looked; gives whose they were.
 * @param looked the database's time at which the look began: what was stored since then was perhaps not there yet
 */
export async function deleteUnseen(tx: Tx, files: readonly { id: string; path: string }[], looked: string) {
  return tx
    .deleteFrom('file')
    .where('id', '=', sql<string>`any(${files.map((file) => file.id)}::uuid[])`)
    .where('path', '=', sql<string>`any(${files.map((file) => file.path)}::text[])`)
    .where('seen_at', '<', sql<string>`${looked}::timestamptz`)
    .returning('series_id')
    .execute();
}
