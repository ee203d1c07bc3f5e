import { type Log, type Loop, loop } from '@aniworld/chassis';
import { BadMediaError, type Inspector, startInspector, UnreadMediaError } from '@aniworld/media';
import { reasonOf } from './disk.ts';
import type { Database } from './store/database.ts';
import { type DueFile, filesDue, type Inspected, storeMedia } from './store/media.ts';
import { newestScan, withMediaLock } from './store/scan.ts';

/**
 * Looks into the files of the library in the background, one after the other: duration, resolution, codecs and languages. What
 * was found stays true as long as the file's size, time and inode do.
 */
export interface MediaDeps {
  db: Database;
  log: Log;
  /** Without it, one is started when the first file is to be looked into. */
  inspector?: Inspector;
}

const BATCH = 100;
/** It is woken after each scan; this is for what could not be read then. */
const EVERY_MS = 600_000;

/** One replica at a time; a scan goes before. */
export function startMedia(deps: MediaDeps): Loop {
  return loop({
    name: 'media',
    everyMs: EVERY_MS,
    log: deps.log,
    run: (signal) => withMediaLock(deps.db, () => inspectDue(deps, signal)).then(() => undefined),
  });
}

async function inspectDue({ db, log, inspector: given }: MediaDeps, signal: AbortSignal): Promise<void> {
  await using started = given ? undefined : startInspector();
  const inspector = given ?? started!;
  let [after, read] = ['', 0];
  for (;;) {
    // Its end wakes this again.
    if ((await newestScan(db))?.state === 'running') break;
    const files = await filesDue(db, after, BATCH);
    for (const file of files) await storeMedia(db, file, await inspect(inspector, file, signal));
    read += files.length;
    if (files.length < BATCH) break;
    after = files.at(-1)!.path;
  }
  if (read > 0) log.info({ files: read }, 'looked into files of the library');
}

async function inspect(inspector: Inspector, file: DueFile, signal: AbortSignal): Promise<Inspected> {
  try {
    return { facts: await inspector.inspect(file.path, signal) };
  } catch (error) {
    if (error instanceof BadMediaError) return { problem: error.message, unread: false };
    if (error instanceof UnreadMediaError) return { problem: reasonOf(error), unread: true };
    throw error;
  }
}
