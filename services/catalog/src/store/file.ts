import { type Selectable, sql } from 'kysely';
import type { DB } from '../schema.gen.ts';
import type { Database, Tx } from './database.ts';

export type FileRow = Selectable<DB['file']>;

/** A file as a scan or a download found it, with the episodes that it holds. */
export interface FileFacts {
  root: string;
  place: string;
  path: string;
  size: number;
  mtime_ms: number;
  /** Null: it belongs to no known episode, and `reason` says why. */
  series_id: string | null;
  episode_ids: string[];
  reason: string;
}

const BATCH = 500;

/** The first names below a root that files are known under. */
export async function placesOf(db: Database, root: string): Promise<string[]> {
  const rows = await db.selectFrom('file').select('place').distinct().where('root', '=', root).execute();
  return rows.map((row) => row.place);
}

/** The roots that files are known under. */
export async function knownRoots(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('file').select('root').distinct().execute();
  return rows.map((row) => row.root);
}

export async function filesOfPlace(db: Database, root: string, place: string): Promise<FileRow[]> {
  return db.selectFrom('file').selectAll().where('root', '=', root).where('place', '=', place).execute();
}

export async function filesAt(tx: Tx, files: readonly { path: string }[]): Promise<FileRow[]> {
  const paths = files.map((file) => file.path);
  return tx.selectFrom('file').selectAll().where('path', '=', sql<string>`any(${paths}::text[])`).execute();
}

/** Unmatched files in the order of their paths, from `after` on. */
export async function unmatchedFiles(db: Database, after: string | null, limit: number): Promise<FileRow[]> {
  return db
    .selectFrom('file')
    .selectAll()
    .where('series_id', 'is', null)
    .$if(after !== null, (query) => query.where('path', '>', after!))
    .orderBy('path')
    .limit(limit)
    .execute();
}

/** Which files the episodes have already. */
export async function filesOfEpisodes(tx: Tx, episodeIds: readonly string[]) {
  if (episodeIds.length === 0) return [];
  return tx
    .selectFrom('file_episode')
    .innerJoin('file', 'file.id', 'file_id')
    .select(['episode_id', 'path'])
    .where('episode_id', '=', sql<string>`any(${episodeIds}::uuid[])`)
    .execute();
}

/** Files in a root that hold an episode and no other. */
export async function filesOfOnly(db: Database, root: string, episodeId: string) {
  return db
    .selectFrom('file_episode')
    .innerJoin('file', 'file.id', 'file_id')
    .select(['path', 'size', 'mtime_ms'])
    .where('root', '=', root)
    .where('episode_id', '=', episodeId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('file_episode as other')
            .whereRef('other.file_id', '=', 'file.id')
            .where('other.episode_id', '<>', episodeId)
            .select('other.file_id'),
        ),
      ),
    )
    .orderBy('path')
    .execute();
}

/** Whether files are known in a root. */
export async function hasFiles(db: Database, root: string): Promise<boolean> {
  return (await db.selectFrom('file').select('id').where('root', '=', root).limit(1).executeTakeFirst()) !== undefined;
}

/** Forgets files; gives how many there were and whose they were. */
export async function deleteFiles(tx: Tx, ids: readonly string[]): Promise<{ series_id: string | null }[]> {
  if (ids.length === 0) return [];
  return tx.deleteFrom('file').where('id', '=', sql<string>`any(${ids}::uuid[])`).returning('series_id').execute();
}

/** Forgets up to a thousand files of a root that is no longer a library folder; gives whose they were. */
export async function deleteFilesOfRoot(tx: Tx, root: string): Promise<{ series_id: string | null }[]> {
  return tx
    .deleteFrom('file')
    .where('id', 'in', (eb) => eb.selectFrom('file').select('id').where('root', '=', root).limit(1_000))
    .returning('series_id')
    .execute();
}

/**
 * Stores what a scan decided. A file that a download has pinned keeps its episodes, even if the download was recorded
 * after the scan had looked: only its size and time are renewed.
 */
export async function storeScanned(tx: Tx, files: readonly FileFacts[]): Promise<void> {
  for (let start = 0; start < files.length; start += BATCH) await storeBatch(tx, files.slice(start, start + BATCH));
}

async function storeBatch(tx: Tx, files: readonly FileFacts[]): Promise<void> {
  const stored = await tx
    .insertInto('file')
    .values(files.map(({ episode_ids: _, ...row }) => row))
    .onConflict((conflict) =>
      conflict.column('path').doUpdateSet((eb) => ({
        root: eb.ref('excluded.root'),
        place: eb.ref('excluded.place'),
        size: eb.ref('excluded.size'),
        mtime_ms: eb.ref('excluded.mtime_ms'),
        series_id: sql<string | null>`case when file.pinned then file.series_id else excluded.series_id end`,
        reason: sql<string>`case when file.pinned then file.reason else excluded.reason end`,
      })),
    )
    .returning(['id', 'path', 'pinned'])
    .execute();
  const episodesOf = new Map(files.map((file) => [file.path, file.episode_ids]));
  const free = stored.filter((row) => !row.pinned);
  await relink(
    tx,
    free.map((row) => row.id),
    free.flatMap((row) => (episodesOf.get(row.path) ?? []).map((episode_id) => ({ file_id: row.id, episode_id }))),
  );
}

/** Stores a downloaded file. What a scan may have read from its name before gives way. */
export async function storeDownloaded(tx: Tx, file: FileFacts): Promise<void> {
  const { episode_ids, ...row } = file;
  const { id } = await tx
    .insertInto('file')
    .values({ ...row, pinned: true })
    .onConflict((conflict) => conflict.column('path').doUpdateSet({ ...row, pinned: true }))
    .returning('id')
    .executeTakeFirstOrThrow();
  await relink(
    tx,
    [id],
    episode_ids.map((episode_id) => ({ file_id: id, episode_id })),
  );
}

async function relink(
  tx: Tx,
  fileIds: readonly string[],
  links: readonly { file_id: string; episode_id: string }[],
): Promise<void> {
  if (fileIds.length === 0) return;
  await tx.deleteFrom('file_episode').where('file_id', '=', sql<string>`any(${fileIds}::uuid[])`).execute();
  if (links.length > 0) await tx.insertInto('file_episode').values(links).execute();
}
