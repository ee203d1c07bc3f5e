import { fdir } from 'fdir';
import fs from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { isWithin, reasonOf } from './folder.ts';

/**
 * A library folder is walked place by place: a place is one name directly below it, usually a series' folder, or ''
 * for the files that lie in it directly. So memory is bounded by the largest place and not by the library.
 */
export interface Walked {
  files: FoundFile[];
  folders: number;
  /** Folders and files that could not be read. What was known below them is not gone. */
  unreadable: { path: string; reason: string }[];
}

export interface FoundFile {
  path: string;
  size: number;
  mtime_ms: number;
}

const VIDEO = new Set(
  '3gp asf avi divx flv m2ts m4v mkv mov mp4 mpeg mpg mts ogm ogv rm rmvb ts webm wmv'
    .split(' ')
    .map((ext) => `.${ext}`),
);
/** Calls of `stat` at once: enough to hide a network disk's delay, few enough to leave the others a thread. */
const STATS_AT_ONCE = 32;

const isHidden = (name: string) => name.startsWith('.');
const isVideo = (name: string) => !isHidden(name) && VIDEO.has(extname(name).toLowerCase());

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
  const [first, ...rest] = relative(root, path).split(sep);
  return rest.length === 0 ? '' : (first ?? '');
}

/** All video files of a place, with their sizes and times. */
export async function walkPlace(root: string, place: string, signal: AbortSignal): Promise<Walked> {
  const unreadable: Walked['unreadable'] = [];
  const paths = await findVideos(join(root, place), place === '', unreadable, signal);
  const files: FoundFile[] = [];
  for (let start = 0; start < paths.found.length; start += STATS_AT_ONCE) {
    signal.throwIfAborted();
    const some = paths.found.slice(start, start + STATS_AT_ONCE).map((path) => measure(path, unreadable));
    for (const file of await Promise.all(some)) if (file) files.push(file);
  }
  return { files, folders: paths.folders, unreadable };
}

/** Whether a path lies in or is something that could not be read. */
export function isUnreadable(path: string, { unreadable }: Walked): boolean {
  return unreadable.some((one) => isWithin(path, one.path));
}

async function findVideos(folder: string, flat: boolean, unreadable: Walked['unreadable'], signal: AbortSignal) {
  let folders = 0;
  // fdir either fails at the first unreadable folder or says nothing of it; listening to its readdir tells which.
  const readdir = (path: string, options: object, done: (error: Error | null, entries: fs.Dirent[]) => void) => {
    folders += 1;
    fs.readdir(path, { ...options, withFileTypes: true }, (error, entries) => {
      if (error) unreadable.push({ path: path.replace(/(?<=.)\/$/, ''), reason: reasonOf(error) });
      done(error, error ? [] : entries);
    });
  };
  const found = await new fdir({
    fs: { ...fs, readdir: readdir as typeof fs.readdir },
    includeBasePath: true,
    suppressErrors: true,
    excludeSymlinks: true,
    maxDepth: flat ? 0 : Number.POSITIVE_INFINITY,
    exclude: isHidden,
    filters: [(path) => isVideo(path.slice(path.lastIndexOf('/') + 1))],
    pathSeparator: '/',
    signal,
  })
    .crawl(folder)
    .withPromise();
  return { found, folders };
}

async function measure(path: string, unreadable: Walked['unreadable']): Promise<FoundFile | null> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { path, size, mtime_ms: Math.trunc(mtimeMs) };
  } catch (error) {
    // Also when it is gone since its folder was read: a disk that goes away in the middle of a scan looks the same, and
    // the next scan will tell.
    unreadable.push({ path, reason: reasonOf(error) });
    return null;
  }
}
