import { AppError } from '@aniworld/contracts';
import { type Log, type Loop, loop } from '@aniworld/chassis';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Scanner } from './scan.ts';
import type { Database } from './store/database.ts';
import { databaseTime, folderPaths } from './store/folder.ts';
import { isScanned } from './store/root.ts';
import { withWatchLock } from './store/scan.ts';
import { createWatches, type Place, type Watches } from './watches.ts';

/**
 * Finds what changes in the library between two scans. One replica watches (an advisory lock); were it two, each would find
 * the same. What a watch can't see (changes made on a file server by others, those while nobody watched, those that the
 * system dropped) is left to the next scan.
 */
export interface Watcher extends AsyncDisposable {
  /** Other folders may have become known. */
  refresh(): void;
  /** What keeps it from seeing everything, in sentences. */
  troubles(): string[];
}

export interface WatcherDeps {
  db: Database;
  log: Log;
  scanner: Pick<Scanner, 'look' | 'begin'>;
  folders: () => Promise<string[]>;
}

/** How long nothing more must happen before it is looked at what did. */
const QUIET_MS = 300;
/** At most so long after the first change, and twice as long each time while a file is being written. */
const SOON_MS = 1_000;
const LATEST_MS = 8_000;
/** Whether the folders are still the same ones, and the lock ours. */
const CHECK_MS = 10_000;
/** More places than this at once are a matter for a scan. */
const MOST_PLACES = 200;
/** The system keeps 16,384 events at least for who reads late, and drops the rest without a word. */
const MOST_EVENTS = 8_000;
/** A scan goes on; its places are looked at after it. */
const BUSY_MS = 500;
/** Of all roots together. */
const MOST_FOLDERS = 60_000;

export function startWatcher(deps: WatcherDeps): Watcher {
  let session: Session | undefined;
  const rounds: Loop = loop({
    name: 'watcher',
    everyMs: CHECK_MS,
    log: deps.log,
    run: (signal) => withWatchLock(deps.db, (held) => watchAll(held, signal)).then(() => undefined),
  });
  const watchAll = async (held: Database, signal: AbortSignal) => {
    session = createSession(deps, signal);
    try {
      await session.run(held);
    } finally {
      session.watches[Symbol.dispose]();
      session = undefined;
    }
  };
  return {
    refresh: () => session?.refresh(),
    troubles: () => [session?.watches.trouble() ?? []].flat(),
    [Symbol.asyncDispose]: () => rounds[Symbol.asyncDispose](),
  };
}

interface Session {
  watches: Watches;
  refresh(): void;
  /** Until the signal is aborted; throws when the lock is lost. */
  run(held: Database): Promise<void>;
}

/** What has changed since the last look, by root. */
type Dirt = Map<string, Set<string>>;

function createSession(deps: WatcherDeps, signal: AbortSignal): Session {
  let dirt: Dirt = new Map();
  let events = 0;
  let stale = true;
  let roots: ReadonlyMap<string, string> = new Map();
  let wake: () => void = () => undefined;
  const touch = ({ root, place }: Place) => {
    events += 1;
    dirt.set(root, (dirt.get(root) ?? new Set()).add(place));
    wake();
  };
  const watches = createWatches(touch);
  signal.addEventListener('abort', () => wake(), { once: true });
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (signal.aborted || stale || dirt.size > 0) return resolve();
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const check = async (held: Database) => {
    await databaseTime(held);
    const now = await presentRoots(deps);
    const same = sameRoots(now, roots);
    if (!same) await rewatch(deps, watches, roots, now);
    if (stale || !same) {
      stale = false;
      for (const at of await watchKnown(deps.db, watches, [...now.keys()])) touch(at);
    }
    roots = now;
  };
  const clean = async () => {
    const [taken, count] = [dirt, events];
    [dirt, events] = [new Map(), 0];
    stale = true;
    if (await lookAtAll(deps, taken, count)) return;
    for (const [root, places] of taken) for (const place of places) touch({ root, place });
    await delay(BUSY_MS, undefined, { signal });
  };
  return {
    watches,
    refresh() {
      stale = true;
      wake();
    },
    async run(held) {
      for (let patience = SOON_MS; !signal.aborted; ) {
        await check(held);
        if (dirt.size === 0) {
          patience = SOON_MS;
          await pause(CHECK_MS);
        } else {
          await quiet(() => events, patience, signal);
          await clean();
          patience = Math.min(LATEST_MS, patience * 2);
        }
      }
    },
  };
}

/** Until nothing has happened for a moment, or for so long at most. */
async function quiet(events: () => number, most: number, signal: AbortSignal): Promise<void> {
  const end = performance.now() + most;
  for (let seen = -1; seen !== events() && performance.now() < end; ) {
    seen = events();
    await delay(QUIET_MS, undefined, { signal });
  }
}

/** Library folders that have been scanned and are there, with what tells one disk from another in the same place. */
async function presentRoots({ db, folders }: WatcherDeps): Promise<Map<string, string>> {
  const present = new Map<string, string>();
  for (const root of await folders()) {
    if (!(await isScanned(db, root))) continue;
    const stats = await stat(root).catch(() => null);
    if (stats) present.set(root, `${stats.dev}:${stats.ino}`);
  }
  return present;
}

const sameRoots = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>) =>
  one.size === other.size && [...one].every(([root, key]) => other.get(root) === key);

/** What was mounted anew has other files, and the watches on the old ones see nothing more. */
async function rewatch(
  { scanner, log }: WatcherDeps,
  watches: Watches,
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): Promise<void> {
  watches.set(new Map());
  const back = [...now].filter(([root, key]) => before.size > 0 && before.get(root) !== key).map(([root]) => root);
  if (back.length === 0) return;
  log.info({ folders: back }, 'library folders are there (again)');
  await beginScan(scanner);
}

/** Watches all folders that scans have seen; gives where new ones are, when they are few. */
async function watchKnown(db: Database, watches: Watches, roots: readonly string[]): Promise<Place[]> {
  const folders = new Map<string, Place>();
  for (const root of roots) {
    folders.set(root, { root, place: '' });
    for (const { path, place } of await folderPaths(db, root, MOST_FOLDERS)) folders.set(path, { root, place });
  }
  const fresh = new Map(watches.set(folders).map((at) => [`${at.root}\n${at.place}`, at]));
  // In new ones, something may have come before the watch did; of a whole library the scan has told.
  return fresh.size <= MOST_PLACES / 4 ? [...fresh.values()] : [];
}

/** @returns false when a scan goes on: nothing was done then */
async function lookAtAll({ scanner, log }: WatcherDeps, dirt: Dirt, events: number): Promise<boolean> {
  const places = [...dirt.values()].reduce((sum, some) => sum + some.size, 0);
  if (places > MOST_PLACES || events > MOST_EVENTS) {
    log.info({ places, events }, 'too much has changed in the library at once: it is scanned');
    return beginScan(scanner);
  }
  for (const [root, some] of dirt) if (!(await scanner.look(root, some))) return false;
  return true;
}

async function beginScan(scanner: Pick<Scanner, 'begin'>): Promise<boolean> {
  try {
    await scanner.begin();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'SCAN_RUNNING') return false;
    throw error;
  }
}
