import { anime } from '@aniworld/contracts';
import { emit, type Log, type Loop, loop } from '@aniworld/chassis';
import type { Scanner } from './scan.ts';
import type { Database } from './store/database.ts';
import { recountAired } from './store/series.ts';

export interface UpkeepDeps {
  db: Database;
  log: Log;
  relay: Pick<Loop, 'wake'>;
  scanner: Scanner;
}

const EVERY_MS = 60_000;

/** What is due each minute: an abandoned scan's end and its repetition, and episodes whose day has come. Everything rarer is a task. */
export function startUpkeep({ db, log, relay, scanner }: UpkeepDeps): Loop {
  return loop({
    name: 'upkeep',
    everyMs: EVERY_MS,
    log,
    async run() {
      await db.transaction().execute(async (tx) => {
        for (const { id, title } of await recountAired(tx))
          await emit(tx, anime.changed, { series_id: id, change: 'updated', title });
      });
      relay.wake();
      await scanner.settle();
      await scanner.resume();
    },
  });
}
