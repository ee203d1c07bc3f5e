import { assign } from './assign.ts';
import { EXTRA_REASONS } from './extra.ts';
import type { TitleIndex } from './match.ts';
import type { NamedFile } from './name.ts';
import { tell } from './settle.ts';
import { type Database, lockMatching, type MatchingLock } from './store/database.ts';
import { storeExtras } from './store/extra.ts';
import { deleteFilesOfRoot } from './store/file.ts';
import { databaseTime, deleteFolders, foldersOf, storeFolders } from './store/folder.ts';
import { deleteUnseen, filesOfPlaces, type KnownFile } from './store/seen.ts';
import { type FoundFile, isUnreadable, type KnownFolder, placeOf, type SeenFolder, type Walked } from './walk.ts';
import { startWalkers, type Walkers } from './walkers.ts';

/**
 * Brings what is stored of some places in line with what lies there. What is known of a folder is written last, when all
 * that follows from it is stored: whatever is interrupted before is found again by the next scan.
 */
export interface Look {
  root: string;
  /** `absent`: the root has no such place any more. `sound`: what is known of its folders can be relied on. */
  places: readonly { place: string; absent: boolean; sound: boolean }[];
  quick: boolean;
}

export interface Looked extends Look {
  walked: Walked<NamedFile>;
  known: ReadonlyMap<string, readonly KnownFolder[]>;
  /** The database's time at which it began. */
  at: string;
}

/** What is to be forgotten, once it is clear that the disk is there. */
export interface Gone {
  /** With the names that they had: one that was renamed meanwhile is not gone. */
  files: { id: string; path: string }[];
  folders: string[];
  /** What was seen of the folders that they lay in. */
  seen: SeenFolder[];
  /** The earliest look that missed one. */
  at: string;
}

export interface Taking {
  db: Database;
  index: () => Promise<TitleIndex>;
  /** Shared by those that look at different places. */
  lock: MatchingLock;
}

/** Files of one transaction. */
const BATCH = 1_200;

/** Walks some places and reads the names of what is new there, in a thread: the database is busy with others meanwhile. */
export async function look(db: Database, walkers: Walkers, at: Look, signal: AbortSignal): Promise<Looked> {
  const time = await databaseTime(db);
  const wanted = at.places.filter((one) => one.sound || one.absent).map((one) => one.place);
  const known = Map.groupBy(await foldersOf(db, at.root, wanted), (row) => row.place);
  const places = at.places.filter((one) => !one.absent).map(({ place }) => ({ place, known: known.get(place) ?? [] }));
  const walked = places.length > 0 ? await walkers.walk({ root: at.root, places, quick: at.quick }, signal) : nothing();
  return { ...at, walked, known, at: time };
}

const nothing = (): Walked<NamedFile> => ({ folders: 0, files: 0, changed: [], gone: [], unreadable: [] });

/** Stores what is new or changed; gives what is gone, which is not forgotten yet. */
export async function take({ db, index, lock }: Taking, looked: Looked, signal: AbortSignal): Promise<Gone> {
  const { root, walked } = looked;
  const differing = placesThatDiffer(looked);
  const rows = await filesOfPlaces(db, root, [...differing]);
  const known = new Map(rows.map((row) => [row.path, row]));
  const found = walked.changed.flatMap((folder) => folder.files ?? []);
  const fresh = found.filter((file) => isFresh(file, known.get(file.path)));
  await storeFresh({ db, index, lock }, root, fresh, signal);
  const missing = missingFrom(looked, rows, found);
  const incomplete = new Set(missing.map((row) => folderOf(row.path)));
  const whole = walked.changed.filter((folder) => !incomplete.has(folder.path));
  await storeFolders(db, root, whole);
  return {
    files: missing.map(({ id, path }) => ({ id, path })),
    folders: [...walked.gone, ...absentFolders(looked)],
    seen: walked.changed.filter((folder) => incomplete.has(folder.path)),
    at: looked.at,
  };
}

/** Forgets what is gone; gives how many files that were. */
export async function forget(db: Database, root: string, gone: Gone): Promise<number> {
  let removed = 0;
  for (let start = 0; start < gone.files.length; start += BATCH) {
    const files = gone.files.slice(start, start + BATCH);
    removed += await db.transaction().execute(async (tx) => {
      await lockMatching(tx);
      const deleted = await deleteUnseen(tx, files, gone.at);
      await tell(tx, deleted);
      return deleted.length;
    });
  }
  await deleteFolders(db, gone.folders);
  await storeFolders(db, root, gone.seen);
  return removed;
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

/** Looks at one place whatever is known of it, and stores what lies there. */
export async function takePlace(
  db: Database,
  at: { root: string; place: string },
  index: TitleIndex,
  signal: AbortSignal,
): Promise<void> {
  await using walkers = startWalkers(1);
  const places = [{ place: at.place, absent: false, sound: false }];
  const looked = await look(db, walkers, { root: at.root, places, quick: false }, signal);
  const taking: Taking = { db, index: async () => index, lock: lockMatching };
  await forget(db, at.root, await take(taking, looked, signal));
}

/** Places in which a file may be new, changed or gone; a folder's time alone makes no difference. */
function placesThatDiffer({ places, walked, root }: Looked): Set<string> {
  const differing = new Set(places.filter((one) => one.absent || !one.sound).map((one) => one.place));
  for (const folder of walked.changed) if (folder.files) differing.add(folder.place);
  for (const path of walked.gone) differing.add(placeOfFolder(root, path));
  return differing;
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'));
const placeOfFolder = (root: string, path: string) => (path === root ? '' : placeOf(root, `${path}/x`));

const isFresh = (file: FoundFile, known: KnownFile | undefined) =>
  known === undefined ||
  known.size !== file.size ||
  known.mtime_ms !== file.mtime_ms ||
  (known.inode !== null && known.inode !== file.inode);

/** Known files whose folder is gone, or that are no longer in it. */
function missingFrom(
  { walked, known, places }: Looked,
  rows: readonly KnownFile[],
  found: readonly FoundFile[],
): KnownFile[] {
  const present = new Set(found.map((file) => file.path));
  const absent = new Set(places.filter((one) => one.absent).map((one) => one.place));
  const unchanged = new Set<string>();
  for (const [place, folders] of known) if (!absent.has(place)) for (const { path } of folders) unchanged.add(path);
  for (const path of walked.gone) unchanged.delete(path);
  for (const folder of walked.changed) {
    if (folder.files) unchanged.delete(folder.path);
    else unchanged.add(folder.path);
  }
  return rows.filter(({ path }) => !present.has(path) && !unchanged.has(folderOf(path)) && !isUnreadable(path, walked));
}

const absentFolders = ({ places, known }: Looked) =>
  places.filter((one) => one.absent).flatMap(({ place }) => (known.get(place) ?? []).map((folder) => folder.path));

async function storeFresh(
  { db, index, lock }: Taking,
  root: string,
  fresh: readonly NamedFile[],
  signal: AbortSignal,
): Promise<void> {
  for (let start = 0; start < fresh.length; start += BATCH) {
    signal.throwIfAborted();
    const batch = fresh.slice(start, start + BATCH).map((file) => ({ ...file, root }));
    const extras = batch.flatMap(({ reading: _, extra, ...file }) =>
      extra ? [{ ...file, place: placeOf(root, file.path), kind: extra, reason: EXTRA_REASONS[extra] }] : [],
    );
    if (extras.length > 0) await db.transaction().execute((tx) => storeExtras(tx, extras));
    const rest = batch.filter((file) => !file.extra);
    if (rest.length > 0) await assign(db, rest, await index(), lock);
  }
}
