import { type Log, type Loop, loop } from '@aniworld/chassis';
import type { Kysely } from 'kysely';
import { moveItem } from './queue.ts';
import type { DB } from './schema.gen.ts';
import type { Settings } from './settings.ts';
import { deleteOlder, markAged, oldestWaiting } from './store/history.ts';

const HISTORY_MS = 600_000;
const AGEING_MS = 10_000;

/** Forgets what is older than the configuration wants to keep. */
export function startHistory(db: Kysely<DB>, settings: Settings, log: Log): Loop {
  return loop({
    name: 'history',
    everyMs: HISTORY_MS,
    log,
    async run(signal) {
      const days = settings.current.queue.history_days;
      while (days > 0 && !signal.aborted && (await deleteOlder(db, days)) > 0);
    },
  });
}

/**
 * Moves what has waited too long to the head of the queue, one item a round, so that an add of thousands can't starve the
 * rest. Off unless the configuration says how long is too long.
 */
export function startAgeing(db: Kysely<DB>, settings: Settings, log: Log, relay: Loop): Loop {
  return loop({
    name: 'ageing',
    everyMs: AGEING_MS,
    log,
    async run() {
      const minutes = settings.current.queue.ageing_minutes;
      const oldest = minutes > 0 ? await oldestWaiting(db, minutes) : undefined;
      if (!oldest) return;
      // Behind those that were moved before it: they have waited longer.
      await moveItem(db, oldest.id, oldest.aged);
      await markAged(db, oldest.id);
      relay.wake();
    },
  });
}
