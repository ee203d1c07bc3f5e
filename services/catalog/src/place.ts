import { assign, tell } from './assign.ts';
import type { TitleIndex } from './match.ts';
import { type Database, lockMatching } from './store/database.ts';
import { deleteFiles, deleteFilesOfRoot, type FileRow, filesOfPlace } from './store/file.ts';
import { type FoundFile, isUnreadable, type Walked, walkPlace } from './walk.ts';

/**
 * Brings what is stored of one place in line with what lies there. Each batch is decided and stored in one transaction
 * with its events, under a lock, so that two decisions never give one episode to two files.
 */
export interface Taken {
  files: number;
  folders: number;
  matched: number;
  removed: number;
  unreadable: Walked['unreadable'];
}

const BATCH = 500;

/** Walks a place and stores what is new, changed or gone; what is unchanged and matched costs a stat. */
export async function takePlace(
  db: Database,
  at: { root: string; place: string; gone?: boolean },
  index: TitleIndex,
  signal: AbortSignal,
): Promise<Taken> {
  // Known before walking: a file that is published and recorded meanwhile must not look as if it were gone.
  const known = new Map((await filesOfPlace(db, at.root, at.place)).map((file) => [file.path, file]));
  const nothing: Walked = { files: [], folders: 0, unreadable: [] };
  const walked = at.gone ? nothing : await walkPlace(at.root, at.place, signal);
  const present = new Set(walked.files.map((file) => file.path));
  const gone = [...known.values()].filter((file) => !present.has(file.path) && !isUnreadable(file.path, walked));
  await forget(db, gone);
  const fresh = walked.files.filter((file) => !isSettled(file, known.get(file.path)));
  let matched = walked.files.length - fresh.length;
  for (let start = 0; start < fresh.length; start += BATCH) {
    signal.throwIfAborted();
    const batch = fresh.slice(start, start + BATCH).map((file) => ({ ...file, root: at.root }));
    matched += await assign(db, batch, index);
  }
  const { files, folders, unreadable } = walked;
  return { files: files.length, folders, matched, removed: gone.length, unreadable };
}

/** Forgets all files of a root that is no longer a library folder. */
export async function forgetRoot(db: Database, root: string): Promise<number> {
  for (let total = 0; ; ) {
    const removed = await db.transaction().execute(async (tx) => {
      await lockMatching(tx);
      const files = await deleteFilesOfRoot(tx, root);
      await tell(tx, files);
      return files.length;
    });
    if (removed === 0) return total;
    total += removed;
  }
}

const isSettled = (file: FoundFile, known: FileRow | undefined) =>
  known !== undefined && known.series_id !== null && known.size === file.size && known.mtime_ms === file.mtime_ms;

async function forget(db: Database, gone: readonly FileRow[]) {
  for (let start = 0; start < gone.length; start += BATCH) {
    const ids = gone.slice(start, start + BATCH).map((file) => file.id);
    await db.transaction().execute(async (tx) => {
      await lockMatching(tx);
      await tell(tx, await deleteFiles(tx, ids));
    });
  }
}
