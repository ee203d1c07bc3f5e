import { type Bus, consume, type Log, type Loop } from '@aniworld/chassis';
import { anime } from '@aniworld/contracts';
import type { Kysely } from 'kysely';
import { removeWithin } from './queue.ts';
import type { DB } from './schema.gen.ts';
import { openItemsOfSeries } from './store/item.ts';

export interface ConsumerDeps {
  bus: Bus;
  db: Kysely<DB>;
  relay: Pick<Loop, 'wake'>;
  log: Log;
}

/** A series that leaves the library takes along what the queue still had to do for it; what is done stays listed. */
export function consumeRemoved({ bus, db, relay, log }: ConsumerDeps): AsyncDisposable {
  return consume({
    bus,
    db,
    log,
    service: 'downloader',
    event: anime.changed,
    committed: relay.wake,
    async handle({ series_id, change }, tx) {
      if (change === 'removed') await removeWithin(tx, await openItemsOfSeries(tx, series_id));
    },
  });
}
