import { anime, fail, type Scan } from '@aniworld/contracts';
import { type Bus, emit, type Log, type Loop } from '@aniworld/chassis';
import { reasonOf } from './folder.ts';
import { indexTitles, type TitleIndex } from './match.ts';
import { retryUnmatched } from './assign.ts';
import { forgetRoot, takePlace } from './place.ts';
import type { Database } from './store/database.ts';
import { knownRoots, placesOf } from './store/file.ts';
import {
  type Counts,
  failAbandoned,
  finishScan,
  insertScan,
  newestScan,
  saveProgress,
  type ScanRow,
  withScanLock,
} from './store/scan.ts';
import { seriesNames } from './store/series.ts';
import { listPlaces } from './walk.ts';

/**
 * A scan of all library folders.
 *
 *   (none) --- rescan, or the interval ---> running ---> completed
 *                                             |---> failed   an error, a shutdown, or the process died
 *
 * Invariants: one scan runs at a time over all replicas (an advisory lock); only the scan that holds the lock writes its
 * row; a folder that can't be read, or that is suddenly empty, never makes anything missing.
 */
export interface Scanner extends AsyncDisposable {
  /** Begins a scan, which goes on in the background. @throws SCAN_RUNNING */
  begin(): Promise<Scan>;
  /** Begins a scan when the last one is older than this and none runs. */
  beginIfOlder(minutes: number): Promise<void>;
  /** Ends the scan of a process that died. */
  settle(): Promise<void>;
}

export interface ScannerDeps {
  db: Database;
  bus: Bus;
  relay: Pick<Loop, 'wake'>;
  log: Log;
  folders: () => Promise<string[]>;
}

/** Progress is sent at most four times a second. */
const PROGRESS_MS = 250;
/** Sentences kept of one scan; a broken disk has as many problems as it has folders. */
const MOST_PROBLEMS = 100;

export function createScanner(deps: ScannerDeps): Scanner {
  const stop = new AbortController();
  const running = new Set<Promise<unknown>>();
  const begin = () => {
    const begun = Promise.withResolvers<Scan | null>();
    const done = withScanLock(deps.db, async (held) => {
      await settle(deps, held);
      const scan = await insertScan(held);
      begun.resolve(scan);
      await perform(deps, held, scan, stop.signal);
    }).then(
      () => begun.resolve(null),
      (error: unknown) => {
        begun.reject(error);
        deps.log.error({ err: error }, 'a scan ended without a result');
      },
    );
    running.add(done);
    void done.finally(() => running.delete(done));
    return begun.promise;
  };
  return {
    async begin() {
      const scan = await begin();
      if (!scan) throw fail('SCAN_RUNNING');
      return scan;
    },
    async beginIfOlder(minutes) {
      const last = await newestScan(deps.db);
      const age = last?.started_at ? Date.now() - Date.parse(last.started_at) : Number.POSITIVE_INFINITY;
      if (age >= minutes * 60_000) await begin();
    },
    async settle() {
      await withScanLock(deps.db, (held) => settle(deps, held));
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('The server is stopping.'));
      await Promise.all(running);
    },
  };
}

async function settle({ relay }: ScannerDeps, held: Database): Promise<void> {
  await held.transaction().execute(async (tx) => {
    for (const scan of await failAbandoned(tx)) await emit(tx, anime.scanned, scan);
  });
  relay.wake();
}

interface Running {
  deps: ScannerDeps;
  counts: Counts;
  index: TitleIndex;
  /** Saves and sends the counts, unless that was done a moment ago. */
  report: () => Promise<void>;
  signal: AbortSignal;
}

async function perform(deps: ScannerDeps, held: Database, scan: ScanRow, signal: AbortSignal): Promise<void> {
  const counts: Counts = { folders: 0, files: 0, matched: 0, unmatched: 0, removed: 0, problems: [] };
  let state: 'completed' | 'failed' = 'completed';
  try {
    const index = indexTitles(await seriesNames(deps.db));
    await scanAll({ deps, counts, index, report: reporter(deps, held, scan, counts), signal });
  } catch (error) {
    state = 'failed';
    note(counts, signal.aborted ? 'The server stopped before the scan was done.' : 'An error ended the scan early.');
    if (!signal.aborted) deps.log.error({ err: error }, 'a scan failed');
  }
  await deps.db.transaction().execute(async (tx) => {
    await emit(tx, anime.scanned, await finishScan(tx, scan.id, state, counts));
  });
  deps.relay.wake();
  deps.log.info({ state, ...counts }, 'scan ended');
}

function reporter({ bus }: ScannerDeps, held: Database, scan: ScanRow, counts: Counts): () => Promise<void> {
  let last = 0;
  return async () => {
    if (performance.now() - last < PROGRESS_MS) return;
    last = performance.now();
    await saveProgress(held, scan.id, counts);
    bus.publish(anime.scanProgress, { ...scan, ...counts });
  };
}

async function scanAll(scan: Running): Promise<void> {
  const { deps, counts, index, report, signal } = scan;
  const roots = await deps.folders();
  for (const root of roots) await scanRoot(scan, root);
  for (const root of await knownRoots(deps.db))
    if (!roots.includes(root)) counts.removed += await forgetRoot(deps.db, root);
  // What was removed may have been in the way of another file, perhaps the same one under its new name.
  if (counts.removed > 0) {
    const found = await retryUnmatched(deps.db, index, signal);
    counts.matched += found;
    counts.unmatched -= found;
  }
  await report();
}

async function scanRoot(scan: Running, root: string): Promise<void> {
  const { deps, counts, index, report, signal } = scan;
  const known = await placesOf(deps.db, root);
  const places = await listPlaces(root).catch((error: unknown) => reasonOf(error));
  if (typeof places === 'string') return note(counts, `${root}: ${places} What was known there is kept.`);
  if (places.size === 0 && known.length > 0) {
    // A disk that isn't mounted looks like an empty folder, and nobody deletes a whole library by hand that often.
    return note(
      counts,
      `${root}: It is empty, but files were known there. They are kept until the folder has any again.`,
    );
  }
  counts.folders += 1;
  for (const place of new Set([...places, ...known])) {
    signal.throwIfAborted();
    const taken = await takePlace(deps.db, { root, place, gone: !places.has(place) }, index, signal);
    counts.folders += place === '' ? 0 : taken.folders;
    counts.files += taken.files;
    counts.matched += taken.matched;
    counts.unmatched += taken.files - taken.matched;
    counts.removed += taken.removed;
    for (const { path, reason } of taken.unreadable) note(counts, `${path}: ${reason}`);
    await report();
    deps.relay.wake();
  }
}

function note(counts: Counts, problem: string): void {
  if (counts.problems.length < MOST_PROBLEMS) counts.problems.push(problem);
  else counts.problems[MOST_PROBLEMS - 1] = 'There are more problems than are listed here.';
}
