import { anime, fail } from '@aniworld/contracts';
import { emit, type Log, type Loop } from '@aniworld/chassis';
import { clear, FolderError, prune } from '@aniworld/library';
import { isOfFolder, namesBeside } from '@aniworld/naming';
import { basename, dirname } from 'node:path';
import type { Configuration } from './configuration.ts';
import { isWithin, reasonOf } from './disk.ts';
import { enterRoot } from './mark.ts';
import type { Database } from './store/database.ts';
import { filesOfSeries } from './store/removal.ts';
import { findRoot } from './store/root.ts';
import { deleteSeries, findSeries } from './store/series.ts';

export interface RemovalDeps {
  db: Database;
  relay: Pick<Loop, 'wake'>;
  log: Log;
  configuration: Configuration;
}

/**
 * Takes a series out of the library, with or without its files. The files go first: what fails or crashes on the way leaves
 * the series where it is, and the same call does the rest.
 * @throws SERIES_NOT_FOUND; FOLDER_AWAY, and nothing is removed; FILES_REMAIN, and the series stays
 */
export async function removeSeries(
  deps: RemovalDeps,
  id: string,
  { files }: { files: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { db, relay } = deps;
  if (!(await findSeries(db, id))) throw fail('SERIES_NOT_FOUND');
  if (files) await removeFiles(deps, id, signal);
  await db.transaction().execute(async (tx) => {
    const title = await deleteSeries(tx, id);
    if (title === undefined) throw fail('SERIES_NOT_FOUND');
    await emit(tx, anime.changed, { series_id: id, change: 'removed', title });
  });
  relay.wake();
}

async function removeFiles({ db, log, configuration }: RemovalDeps, id: string, signal: AbortSignal): Promise<void> {
  const { folders, recycle } = (await configuration.current()).config.library;
  // A folder that is no longer the library's is not ours to touch, whatever was known there.
  const ours = (await filesOfSeries(db, id)).filter(({ root, path }) => folders.includes(root) && isWithin(path, root));
  const byRoot = Map.groupBy(ours, ({ root }) => root);
  for (const root of byRoot.keys()) await requireRoot(db, root);
  for (const [root, files] of byRoot) {
    const byDirectory = Map.groupBy(files, ({ path }) => dirname(path));
    for (const [directory, known] of byDirectory) {
      signal.throwIfAborted();
      const videos = known.map(({ path }) => basename(path));
      const choose = (names: string[]) => belongings(videos, names);
      const count = await within(directory, () => clear(root, directory, choose, { recycled: recycle }));
      log.info({ directory, count, recycled: recycle }, 'files of a removed series were taken away');
    }
    for (const directory of deepestFirst(byDirectory.keys())) await tidy(root, directory, recycle);
  }
}

/** @throws FOLDER_AWAY when the library folder is not there as it was: its files are, and only out of reach */
async function requireRoot(db: Database, root: string): Promise<void> {
  const before = await findRoot(db, root);
  // One that has its mark is there, also when a person has emptied it.
  const { away } = await enterRoot(root, before, !before.marked);
  if (away !== null) throw fail('FOLDER_AWAY', { detail: `${root}: ${away} Nothing was removed.` });
}

/** The videos and what stands beside them, also beside one that a try before has taken already. */
function belongings(videos: readonly string[], names: string[]): string[] {
  return [
    ...new Set([...videos.filter((name) => names.includes(name)), ...videos.flatMap((one) => namesBeside(one, names))]),
  ];
}

const deepestFirst = (paths: Iterable<string>) => [...paths].sort((one, other) => other.length - one.length);

/** Removes folders that hold nothing any more but what tells of themselves: `Season 01`, then the series' own. */
async function tidy(root: string, directory: string, recycled: boolean): Promise<void> {
  for (let path = directory; path !== root && isWithin(path, root); path = dirname(path)) {
    const left = (names: string[]) => (names.every(isOfFolder) ? names : []);
    await within(path, () => clear(root, path, left, { recycled }));
    await within(path, () => prune(root, path));
  }
}

async function within<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const reason = cause instanceof FolderError ? cause.message : `${path}: ${reasonOf(cause)}`;
    const remedy =
      'The series stays in the library, and what is left of its files can be removed when that is corrected.';
    throw fail('FILES_REMAIN', { detail: `${reason} ${remedy}`, cause });
  }
}
