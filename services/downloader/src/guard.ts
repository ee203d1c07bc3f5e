import { emit, type Log, type Loop, loop } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import type { Kysely } from 'kysely';
import { LEAST_BYTES, shortageOf, troubleOf } from './library.ts';
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
 * Shuts the queue while it must not start anything, with a reason that people read, and opens it by itself: no library
 * folder that has space, is mounted and can be written to; quiet hours. What runs goes on. A person's pause is left alone.
 */
export function startGuard({ db, relay, settings, log, onOpen }: GuardDeps): Loop {
  let shut = false;
  return loop({
    name: 'guard',
    everyMs: EVERY_MS,
    log,
    async run() {
      const { library, queue: limits } = settings.current;
      const least = Math.max(LEAST_BYTES, limits.min_free_bytes) * (shut ? REOPEN : 1);
      const trouble = await allInTrouble(library.folders, least);
      shut = trouble !== null;
      const reason = trouble ?? allowanceAt(limits.quiet_hours, localMinute(new Date())).quiet;
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

/** While one folder takes files, only the items of the others have to wait: their tries see to that. */
async function allInTrouble(folders: string[], least: number): Promise<string | null> {
  const troubles = await Promise.all(
    folders.map(async (folder) => (await troubleOf(folder)) ?? (await shortageOf(folder, least))),
  );
  return troubles.every((trouble) => trouble !== null) ? (troubles[0] ?? null) : null;
}
