import { hash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { extname, relative } from 'node:path';
import { isWithin, reasonOf } from './disk.ts';

/**
 * A library folder is walked place by place: a place is one name directly below it, usually a series' folder, or ''
 * for the files that lie in it directly. So memory is bounded by the largest place and not by the library.
 *
 * Walking is synchronous, in threads of its own (`walkers.ts`): a file then costs 5 µs where a promise for each costs 20,
 * and a disk that hangs holds up nothing else.
 */
export interface WalkTask {
  root: string;
  places: { place: string; known: KnownFolder[] }[];
  /** Believe that a folder whose own time is unchanged holds the same files, without looking at each. */
  quick: boolean;
}

/** What the last scan saw of a folder. */
export interface KnownFolder {
  path: string;
  mtime_ms: number;
  inode: number;
  mounted: boolean;
  digest: string;
  files: number;
}

export interface Walked<File = FoundFile> {
  folders: number;
  files: number;
  /** Those that are not as they are known. */
  changed: SeenFolder<File>[];
  /** Known folders that are no more. */
  gone: string[];
  /** Folders and files that could not be read. What was known below them is not gone. */
  unreadable: { path: string; reason: string }[];
}

export interface SeenFolder<File = FoundFile> {
  path: string;
  place: string;
  mtime_ms: number;
  inode: number;
  mounted: boolean;
  /** Null when something in it could not be read: then it is looked at again. */
  digest: string | null;
  /** Null: they are the known ones, and only the folder itself has changed. */
  files: File[] | null;
}

export interface FoundFile {
  path: string;
  size: number;
  mtime_ms: number;
  /** Rounded where it exceeds 2^53: it only tells one file from another in the same place. */
  inode: number | null;
}

const VIDEO = new Set(
  '3gp asf avi divx flv m2ts m4v mkv mov mp4 mpeg mpg mts ogm ogv rm rmvb ts webm wmv'
    .split(' ')
    .map((ext) => `.${ext}`),
);
/** Some file systems count in two seconds: a change within them after the walk may leave the time as it was. */
const COARSE_MS = 2_000;
const AWAY = 'A disk was mounted there and it is empty now. What was known there is kept.';

export const isHidden = (name: string) => name.startsWith('.');
export const isVideo = (name: string) => !isHidden(name) && VIDEO.has(extname(name).toLowerCase());

/**
 * The places of a root: its visible folders, and '' when files lie in it. Symbolic links are passed over, so that nothing
 * outside the library is taken for a part of it and no circle is walked.
 * @throws the file system's error when the root can't be read
 */
export async function listPlaces(root: string): Promise<Set<string>> {
  const places = new Set<string>();
  for await (const entry of await opendir(root)) {
    if (isHidden(entry.name)) continue;
    if (entry.isDirectory()) places.add(entry.name);
    else if (entry.isFile()) places.add('');
  }
  return places;
}

/** The first name of a path below its root, or '' for a file directly in it. */
export function placeOf(root: string, path: string): string {
  const below = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : relative(root, path);
  return below.slice(0, Math.max(0, below.indexOf('/')));
}

/** Whether a path lies in or is something that could not be read. */
export function isUnreadable(path: string, { unreadable }: Pick<Walked, 'unreadable'>): boolean {
  return unreadable.some((one) => isWithin(path, one.path));
}

/** Looks at the video files of some places, and gives what is not as it is known. Blocks its thread. */
export function walkPlaces({ root, places, quick }: WalkTask): Walked {
  const walked: Walked = { folders: 0, files: 0, changed: [], gone: [], unreadable: [] };
  const device = lstatSync(root, { throwIfNoEntry: false })?.dev ?? 0;
  for (const { place, known } of places) {
    const walk = { walked, place, quick, flat: place === '', known: new Map(known.map((one) => [one.path, one])) };
    walkFolder(walk, place === '' ? root : `${root}/${place}`, device);
    // Those that were met have been taken out.
    for (const path of walk.known.keys()) if (!isUnreadable(path, walked)) walked.gone.push(path);
  }
  return walked;
}

interface Walk {
  walked: Walked;
  place: string;
  quick: boolean;
  flat: boolean;
  known: Map<string, KnownFolder>;
}

/** @param above the device of the folder that this one lies in */
function walkFolder(walk: Walk, path: string, above: number): void {
  const { walked, known, flat } = walk;
  const before = known.get(path);
  const stats = look(path, walked);
  if (!stats) return;
  walked.folders += 1;
  known.delete(path);
  if (walk.quick && before && before.mtime_ms === stats.mtimeMs && before.inode === stats.ino) {
    walked.files += before.files;
    for (const child of known.keys()) if (isChild(child, path)) walkFolder(walk, child, stats.dev);
    return;
  }
  const entries = list(path, walked);
  if (!entries) return;
  const mounted = stats.dev !== above && !flat;
  if (before?.mounted && !mounted && entries.length === 0) {
    walked.unreadable.push({ path, reason: AWAY });
    return;
  }
  const files = measureAll(path, entries, walked);
  walked.files += files.found.length;
  const digest = files.whole ? digestOf(files.found) : null;
  const at = { path, place: walk.place, mtime_ms: settledTime(stats), inode: stats.ino, mounted };
  if (digest === null || before?.digest !== digest)
    walked.changed.push({ ...at, digest, files: files.found.map(storable) });
  else if (!isSame(before, at)) walked.changed.push({ ...at, digest, files: null });
  if (flat) return;
  for (const entry of entries)
    if (entry.isDirectory() && !isHidden(entry.name)) walkFolder(walk, `${path}/${entry.name}`, stats.dev);
}

const isChild = (path: string, folder: string) =>
  path.startsWith(`${folder}/`) && !path.includes('/', folder.length + 1);

const isSame = (before: KnownFolder, now: Pick<KnownFolder, 'mtime_ms' | 'inode' | 'mounted'>) =>
  before.mtime_ms === now.mtime_ms && before.inode === now.inode && before.mounted === now.mounted;

const settledTime = ({ mtimeMs }: Stats) => (Date.now() - mtimeMs < COARSE_MS ? -1 : mtimeMs);

/** With the time to its full precision; what is stored has milliseconds. */
const storable = (file: FoundFile): FoundFile => ({ ...file, mtime_ms: Math.trunc(file.mtime_ms) });

function measureAll(folder: string, entries: readonly Dirent[], walked: Walked) {
  const found: FoundFile[] = [];
  let whole = true;
  for (const entry of entries) {
    if (!entry.isFile() || !isVideo(entry.name)) continue;
    const path = `${folder}/${entry.name}`;
    // Also when it is gone since its folder was read: a disk that goes away in the middle of a scan looks the same, and
    // the next scan will tell.
    const stats = look(path, walked);
    if (stats) found.push({ path, size: stats.size, mtime_ms: stats.mtimeMs, inode: stats.ino });
    else whole = false;
  }
  return { found, whole };
}

function digestOf(files: readonly FoundFile[]): string {
  if (files.length === 0) return '';
  const lines = files.map(({ path, size, mtime_ms, inode }) => `${path}\0${size}\0${mtime_ms}\0${inode}`);
  return hash('sha1', lines.sort().join('\n'), 'base64');
}

function look(path: string, walked: Walked): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    walked.unreadable.push({ path, reason: reasonOf(error) });
    return null;
  }
}

function list(path: string, walked: Walked): Dirent[] | null {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    walked.unreadable.push({ path, reason: reasonOf(error) });
    return null;
  }
}
