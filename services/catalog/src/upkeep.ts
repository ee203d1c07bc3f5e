import { anime } from '@aniworld/contracts';
import { emit, type Log, type Loop, loop } from '@aniworld/chassis';
import type { Configuration } from './configuration.ts';
import type { Scanner } from './scan.ts';
import type { Database } from './store/database.ts';
import { recountAired } from './store/series.ts';

export interface UpkeepDeps {
  db: Database;
  log: Log;
  relay: Pick<Loop, 'wake'>;
  configuration: Configuration;
  scanner: Scanner;
}

const EVERY_MS = 60_000;

/** What time alone makes due: an abandoned scan's end, the next scan, and episodes whose day has come. */
export function startUpkeep({ db, log, relay, configuration, scanner }: UpkeepDeps): Loop {
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
      const { version, config } = await configuration.current();
      const minutes = config.library.scan_interval_minutes;
      // Before the set-up nobody has said yet which folders are to be read.
      if (version > 0 && minutes > 0) await scanner.beginIfOlder(minutes);
    },
  });
}
