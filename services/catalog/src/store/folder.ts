import { sql } from 'kysely';
import type { KnownFolder, SeenFolder } from '../walk.ts';
import type { Database } from './database.ts';

/** A place of a root, and how many files are known there. */
export interface KnownPlace {
  place: string;
  files: number;
  matched: number;
  extras: number;
  /** Whether what is known of its folders says the same. Otherwise somebody has removed rows, and all is looked at. */
  sound: boolean;
}

/** What is known of each place of a root, be it files or only folders. */
export async function knownPlaces(db: Database, root: string): Promise<KnownPlace[]> {
  const { rows } = await sql<KnownPlace>`
    with held as (
      select place, count(*) as files, count(*) filter (where state = 'matched') as matched,
        count(*) filter (where kind <> 'episode') as extras
      from file where root = ${root} group by place
    ),
    seen as (select place, sum(files) as files from folder where root = ${root} group by place)
    select place, coalesce(held.files, 0) as files, coalesce(matched, 0) as matched, coalesce(extras, 0) as extras,
      coalesce(held.files, 0) = coalesce(seen.files, 0) as sound
    from held full join seen using (place)`.execute(db);
  return rows;
}

/** What the last scan saw of the folders of some places, and the time of asking by the database's clock. */
export async function foldersOf(db: Database, root: string, places: readonly string[]) {
  const { rows } = await sql<KnownFolder & { place: string }>`
    select path, place, mtime_ms, inode, mounted, digest, files from folder
    where root = ${root} and place = any(${places}::text[])`.execute(db);
  return rows;
}

/** The database's clock: what is stored later than this was perhaps not there yet when somebody looked. */
export async function databaseTime(db: Database): Promise<string> {
  const { rows } = await sql<{ now: string }>`select clock_timestamp()::text as now`.execute(db);
  return rows[0]!.now;
}

/** Keeps what was seen of folders, once all that follows from it is stored. Of an incomplete one nothing is kept. */
export async function storeFolders(db: Database, root: string, folders: readonly SeenFolder[]): Promise<void> {
  const partly = folders.filter((one) => one.digest === null).map((one) => one.path);
  if (partly.length > 0) await deleteFolders(db, partly);
  const whole = folders.filter((one) => one.digest !== null);
  if (whole.length === 0) return;
  const rows = whole.map(({ files, ...row }) => ({ ...row, root, files: files?.length ?? null }));
  await sql`
    insert into folder (path, root, place, mtime_ms, inode, mounted, digest, files)
    select path, root, place, mtime_ms, inode, mounted, digest, coalesce(files, 0)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as seen (path text, root text, place text,
      mtime_ms double precision, inode double precision, mounted boolean, digest text, files int)
    on conflict (path) do update set (root, place, mtime_ms, inode, mounted, digest, files) = (excluded.root,
      excluded.place, excluded.mtime_ms, excluded.inode, excluded.mounted, excluded.digest,
      case when excluded.digest = folder.digest then folder.files else excluded.files end)`.execute(db);
}

export async function deleteFolders(db: Database, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await db.deleteFrom('folder').where('path', '=', sql<string>`any(${paths}::text[])`).execute();
}

export async function deleteFoldersOfRoot(db: Database, root: string): Promise<void> {
  await db.deleteFrom('folder').where('root', '=', root).execute();
}

/** The folders that scans have seen below a root, for whoever wants to watch them; those above others first. */
export async function folderPaths(
  db: Database,
  root: string,
  limit: number,
): Promise<{ path: string; place: string }[]> {
  return db
    .selectFrom('folder')
    .select(['path', 'place'])
    .where('root', '=', root)
    .orderBy('path')
    .limit(limit)
    .execute();
}
