import { anime, fail, type Scan } from '@aniworld/contracts';
import { type Bus, emit, type Log, type Loop } from '@aniworld/chassis';
import { setTimeout as delay } from 'node:timers/promises';
import manifest from '../package.json' with { type: 'json' };
import { retryUnmatched } from './assign.ts';
import { keepHeapSmall } from './heap.ts';
import { indexTitles, type TitleIndex } from './match.ts';
import { forgetRoot } from './place.ts';
import { type Part, type Sweep, sweepRoot } from './root.ts';
import type { Database } from './store/database.ts';
import { deleteFoldersOfRoot } from './store/folder.ts';
import { deleteRoot, knownRoots } from './store/root.ts';
import {
  askCancel,
  comparison,
  type Counts,
  endings,
  type Ending,
  failAbandoned,
  finishScan,
  insertScan,
  newestScan,
  saveProgress,
  type ScanRow,
  withScanLock,
} from './store/scan.ts';
import { totalsOfRoots } from './store/seen.ts';
import { seriesNames } from './store/series.ts';
import { startWalkers } from './walkers.ts';

/**
 * A scan of all library folders.
 *
 *   (none) --- rescan, or the interval ---> running ---> completed
 *                                             |---> cancelled   a person ended it
 *                                             |---> failed      an error, a shutdown, or the process died
 *
 * Invariants: one scan runs at a time over all replicas (an advisory lock); only the scan that holds the lock writes its
 * row, but for `cancel_asked`, which anyone may set; a folder that can't be read, or a library that is suddenly empty or
 * not mounted, never makes anything missing. What was interrupted is done again by the next scan, which costs little where
 * it had been already.
 */
export interface Scanner extends AsyncDisposable {
  /** Begins a scan, which goes on in the background. @throws SCAN_RUNNING */
  begin(how?: ScanOptions): Promise<Scan>;
  /** Asks the running scan, of whichever replica, to end; it does within a second. @throws SCAN_NOT_RUNNING */
  cancel(): Promise<Scan>;
  /** Begins a scan when the last one is older than this and none runs. */
  beginIfOlder(minutes: number): Promise<void>;
  /** Begins a scan when the last one was interrupted. */
  resume(): Promise<void>;
  /** Ends the scan of a process that died. */
  settle(): Promise<void>;
  /** Looks at some places now, outside of any scan. @returns false when a scan runs: then nothing was done */
  look(root: string, places: ReadonlySet<string>): Promise<boolean>;
}

export interface ScanOptions {
  quick?: boolean;
  trust_empty?: boolean;
}

export interface ScannerDeps {
  db: Database;
  bus: Pick<Bus, 'publish'>;
  relay: Pick<Loop, 'wake'>;
  log: Log;
  folders: () => Promise<string[]>;
  /** What else hinders, such as a watcher that reached a limit; told with each scan. */
  troubles?: () => string[];
  /** Told when files may be new. */
  onEnd?: () => void;
}

/** Progress is sent at most four times a second. */
const PROGRESS_MS = 250;
/** Sentences kept of one scan; a broken disk has as many problems as it has folders. */
const MOST_PROBLEMS = 100;
/** A look of the watcher, or another replica that has just started, holds the lock for a moment. */
const LOCK_TRIES = 20;
const LOCK_PAUSE_MS = 50;
/** A scan that ends its process each time must not do so for ever. */
const MOST_RESUMES = 3;
const STOPPED = 'The server stopped before the scan was done.';

export function createScanner(deps: ScannerDeps): Scanner {
  const stop = new AbortController();
  const running = new Set<Promise<unknown>>();
  let cancel: AbortController | undefined;
  const begin = async (how: ScanOptions = {}) => {
    const begun = Promise.withResolvers<Scan | null>();
    const work = async (held: Database) => {
      await settle(deps, held);
      const scan = await insertScan(held);
      cancel = new AbortController();
      begun.resolve(scan);
      await perform(deps, held, scan, how, { stop: stop.signal, cancel });
    };
    const done = locked(deps.db, work, stop.signal).then(
      () => begun.resolve(null),
      (error: unknown) => {
        begun.reject(error);
        if (!stop.signal.aborted) deps.log.error({ err: error }, 'a scan ended without a result');
      },
    );
    running.add(done);
    void done.finally(() => running.delete(done));
    return begun.promise;
  };
  return {
    async begin(how) {
      const scan = await begin(how);
      if (!scan) throw fail('SCAN_RUNNING');
      return scan;
    },
    async cancel() {
      const scan = await askCancel(deps.db);
      if (!scan) throw fail('SCAN_NOT_RUNNING');
      cancel?.abort(new Error('A person ended the scan.'));
      return scan;
    },
    async beginIfOlder(minutes) {
      const last = await newestScan(deps.db);
      const age = last?.started_at ? Date.now() - Date.parse(last.started_at) : Number.POSITIVE_INFINITY;
      if (age >= minutes * 60_000) await begin();
    },
    async resume() {
      const last = await endings(deps.db, null, MOST_RESUMES);
      if (last[0]?.interrupted && (last.length < MOST_RESUMES || last.some((scan) => !scan.interrupted))) await begin();
    },
    async settle() {
      await withScanLock(deps.db, (held) => settle(deps, held));
    },
    async look(root, places) {
      const done = withScanLock(deps.db, () => lookAt(deps, root, places, stop.signal));
      const quiet = done.catch(() => undefined);
      running.add(quiet);
      void quiet.finally(() => running.delete(quiet));
      return done;
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('The server is stopping.'));
      await Promise.all(running);
    },
  };
}

/** @returns false when another scan held the lock all the while */
async function locked(db: Database, work: (held: Database) => Promise<void>, signal: AbortSignal): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    if (await withScanLock(db, work)) return true;
    if (tries === LOCK_TRIES || (await newestScan(db))?.state === 'running') return false;
    await delay(LOCK_PAUSE_MS, undefined, { signal });
  }
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
  sweep: Sweep;
}

interface Ends {
  stop: AbortSignal;
  cancel: AbortController;
}

async function perform(deps: ScannerDeps, held: Database, scan: ScanRow, how: ScanOptions, ends: Ends): Promise<void> {
  const counts = noCounts();
  const signal = AbortSignal.any([ends.stop, ends.cancel.signal]);
  const report = reporter(deps, held, scan, counts, ends.cancel);
  let compared_with: string | null = null;
  let ending: Ending = { state: 'completed', interrupted: false };
  try {
    using _heap = keepHeapSmall();
    await using walkers = startWalkers();
    const onPart = (part: Part) => (add(counts, part), report());
    const rest = { quick: how.quick ?? false, trust_empty: how.trust_empty ?? false, signal, onPart };
    const sweep: Sweep = { db: deps.db, walkers, index: titles(deps.db), ...rest };
    compared_with = await comparison(deps.db, manifest.version);
    await sweepAll({ deps, counts, sweep }, scan.id, compared_with);
  } catch (error) {
    ending = endingOf(error, ends, counts, deps.log);
  }
  await deps.db.transaction().execute(async (tx) => {
    await emit(tx, anime.scanned, await finishScan(tx, scan.id, { ...ending, compared_with }, counts));
  });
  deps.relay.wake();
  deps.onEnd?.();
  deps.log.info({ state: ending.state, ...counts }, 'scan ended');
}

function endingOf(error: unknown, { stop, cancel }: Ends, counts: Counts, log: Log): Ending {
  if (stop.aborted) {
    note(counts, STOPPED);
    return { state: 'failed', interrupted: true };
  }
  if (cancel.signal.aborted) return { state: 'cancelled', interrupted: false };
  note(counts, 'An error ended the scan early.');
  log.error({ err: error }, 'a scan failed');
  return { state: 'failed', interrupted: true };
}

function reporter({ bus, relay }: ScannerDeps, held: Database, scan: ScanRow, counts: Counts, cancel: AbortController) {
  let last = 0;
  return async () => {
    if (performance.now() - last < PROGRESS_MS) return;
    last = performance.now();
    if (await saveProgress(held, scan.id, counts)) cancel.abort(new Error('A person ended the scan.'));
    bus.publish(anime.scanProgress, { ...scan, ...counts });
    relay.wake();
  };
}

async function sweepAll({ deps, counts, sweep }: Running, id: string, comparedWith: string): Promise<void> {
  const roots = await deps.folders();
  for (const root of roots) {
    sweep.signal.throwIfAborted();
    const { removed, away } = await sweepRoot(sweep, root);
    counts.removed += removed;
    if (away !== null) note(counts, away);
  }
  for (const root of await knownRoots(deps.db)) {
    if (roots.includes(root)) continue;
    counts.removed += await forgetRoot(deps.db, root);
    await deleteFoldersOfRoot(deps.db, root);
    await deps.db.transaction().execute((tx) => deleteRoot(tx, root));
  }
  for (const trouble of deps.troubles?.() ?? []) note(counts, trouble);
  if (counts.removed > 0 || (await isStale(deps.db, id, comparedWith)))
    await retryUnmatched(deps.db, await sweep.index(), sweep.signal);
  const totals = await totalsOfRoots(deps.db, roots);
  Object.assign(counts, { matched: 0, extras: 0, unmatched: 0 });
  add(counts, { ...totals, files: 0, folders: 0, problems: [] });
  counts.unmatched = totals.files - totals.matched - totals.extras;
  await sweep.onPart({ files: 0, matched: 0, extras: 0, folders: 0, problems: [] });
}

/**
 * Whether files that fitted nothing must be tried again: other series are there than at the last scan, or what that one
 * forgot may have been in the way of another file, perhaps of the same one under its new name.
 */
async function isStale(db: Database, id: string, comparedWith: string): Promise<boolean> {
  const [last] = await endings(db, id, 1);
  return last !== undefined && (last.state !== 'completed' || last.compared_with !== comparedWith);
}

/** Outside of any scan, and not counted as one. */
async function lookAt(deps: ScannerDeps, root: string, places: ReadonlySet<string>, signal: AbortSignal) {
  await using walkers = startWalkers(1);
  const index = titles(deps.db);
  const onPart = () => deps.relay.wake();
  const sweep: Sweep = { db: deps.db, walkers, index, quick: false, trust_empty: false, signal, onPart };
  const { removed } = await sweepRoot(sweep, root, places);
  if (removed > 0) await retryUnmatched(deps.db, await index(), signal);
  deps.relay.wake();
  deps.onEnd?.();
}

/** Read once, and only when there is something to compare. */
function titles(db: Database): () => Promise<TitleIndex> {
  let index: Promise<TitleIndex> | undefined;
  return () => (index ??= seriesNames(db).then(indexTitles));
}

function noCounts(): Counts {
  return { folders: 0, files: 0, matched: 0, unmatched: 0, extras: 0, removed: 0, problems: [] };
}

function add(counts: Counts, part: Part): void {
  counts.folders += part.folders;
  counts.files += part.files;
  counts.matched += part.matched;
  counts.extras += part.extras;
  counts.unmatched = Math.max(0, counts.files - counts.matched - counts.extras);
  for (const problem of part.problems) note(counts, problem);
}

function note(counts: Counts, problem: string): void {
  if (counts.problems.length < MOST_PROBLEMS) counts.problems.push(problem);
  else counts.problems[MOST_PROBLEMS - 1] = 'There are more problems than are listed here.';
}
