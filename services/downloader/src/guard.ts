import { emit, type Log, type Loop, loop } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import { statfs } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import { allowanceAt, localMinute } from './schedule.ts';
import type { DB } from './schema.gen.ts';
import type { Settings } from './settings.ts';
import { readStatus, setGuard } from './store/state.ts';

/** How often disks and clock are looked at. */
const EVERY_MS = 5_000;
/** A queue that was shut for want of space opens with this much more, so that it does not flutter. */
const REOPEN = 1.1;

export interface GuardDeps {
  db: Kysely<DB>;
  relay: Loop;
  settings: Settings;
  log: Log;
  /** Called when the queue was opened again. */
  onOpen: () => void;
}

/**
 * Shuts the queue while it must not start anything, with a reason that people read, and opens it by itself: a library
 * folder without space, quiet hours. What runs goes on. A person's pause is left alone.
 */
export function startGuard({ db, relay, settings, log, onOpen }: GuardDeps): Loop {
  let shut = false;
  return loop({
    name: 'guard',
    everyMs: EVERY_MS,
    log,
    async run() {
      const { library, queue: limits } = settings.current;
      const least = limits.min_free_bytes * (shut ? REOPEN : 1);
      const full = await firstFull(library.folders, least);
      const reason = full ?? allowanceAt(limits.quiet_hours, localMinute(new Date())).quiet;
      shut = full !== null;
      const turned = await db.transaction().execute(async (tx) => {
        if (!(await setGuard(tx, reason))) return false;
        await emit(tx, reason ? queue.paused : queue.resumed, await readStatus(tx));
        return true;
      });
      if (!turned) return;
      log.info({ reason }, reason ? 'the queue is shut' : 'the queue is open again');
      relay.wake();
      if (!reason) onOpen();
    },
  });
}

async function firstFull(folders: string[], least: number): Promise<string | null> {
  for (const folder of folders) {
    const free = await freeBytes(folder);
    if (free !== null && free < least) {
      return `${folder} has ${Math.floor(free / 1_000_000)} MB left; downloads go on by themselves when there is more.`;
    }
  }
  return null;
}

/** Bytes that may be written; null for a folder that is not there (yet). */
async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
