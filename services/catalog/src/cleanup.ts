import { findFolder, PARTS_FOLDER } from '@aniworld/library';
import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from './configuration.ts';
import { sizeText } from './size-text.ts';
import type { Database } from './store/database.ts';
import { forgetEvents } from './store/event.ts';

export interface CleanupDeps {
  db: Database;
  configuration: Pick<Configuration, 'current'>;
  /** Milliseconds since 1970. */
  now?: () => number;
}

const DAY_MS = 86_400_000;

/** Removes what is older than it has to be: recycled files and what happened to series. @returns a sentence */
export async function cleanUp(
  { db, configuration, now = Date.now }: CleanupDeps,
  signal: AbortSignal,
): Promise<string> {
  const { library, queue } = (await configuration.current()).config;
  const emptied: Emptied = { files: 0, bytes: 0 };
  if (library.recycle_days > 0)
    for (const root of library.folders)
      await emptyBin(join(root, PARTS_FOLDER), now() - library.recycle_days * DAY_MS, emptied, signal);
  const events = queue.history_days > 0 ? await forgetAll(db, queue.history_days, signal) : 0;
  return `${emptied.files} recycled files (${sizeText(emptied.bytes)}) and ${events} entries of timelines were removed.`;
}

async function forgetAll(db: Database, days: number, signal: AbortSignal): Promise<number> {
  let all = 0;
  for (;;) {
    signal.throwIfAborted();
    const some = await forgetEvents(db, days);
    if (some === 0) return all;
    all += some;
  }
}

interface Emptied {
  files: number;
  bytes: number;
}

/** Deletes what has lain in a bin since before that time, and folders that are empty then. A library that is away is passed over. */
async function emptyBin(parts: string, before: number, emptied: Emptied, signal: AbortSignal): Promise<void> {
  try {
    await emptyFolder(parts, ['recycle'], before, emptied, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function emptyFolder(parts: string, names: string[], before: number, emptied: Emptied, signal: AbortSignal) {
  await using folder = await findFolder(parts, names);
  if (!folder) return;
  for (const name of await readdir(folder.reach)) {
    signal.throwIfAborted();
    const path = join(folder.reach, name);
    const found = await lstat(path);
    if (found.isDirectory()) {
      await emptyFolder(parts, [...names, name], before, emptied, signal);
      // Not empty: something in it is younger.
      await rmdir(path).catch(() => undefined);
      // The time of its move to the bin: a rename keeps the time of the last change of its bytes.
    } else if (found.ctimeMs < before) {
      await rm(path, { force: true });
      emptied.files += 1;
      emptied.bytes += found.size;
    }
  }
}
