import { anime, queue } from '@aniworld/contracts';
import { type Bus, consume, emit, type Log, type Loop } from '@aniworld/chassis';
import { stat } from 'node:fs/promises';
import type { Database } from './store/database.ts';
import { holdSeriesOf } from './store/episode.ts';
import { storeDownloaded } from './store/file.ts';
import { placeOf } from './walk.ts';

export interface ConsumerDeps {
  bus: Bus;
  db: Database;
  log: Log;
  relay: Pick<Loop, 'wake'>;
}

/** A downloaded file belongs to its episode, whatever its name says. */
export function consumeCompleted({ bus, db, log, relay }: ConsumerDeps): AsyncDisposable {
  return consume({
    bus,
    db,
    log,
    service: 'catalog',
    event: queue.completed,
    committed: relay.wake,
    async handle({ item, folder, path, size }, tx) {
      const series = await holdSeriesOf(tx, item.episode_id);
      // Removed meanwhile; the next scan lists the file as unmatched.
      if (!series) return;
      const mtime_ms = await modifiedAt(path, item.finished_at);
      await storeDownloaded(tx, {
        root: folder,
        place: placeOf(folder, path),
        path,
        size,
        mtime_ms,
        series_id: series.id,
        episode_ids: [item.episode_id],
        reason: 'downloaded',
      });
      await emit(tx, anime.changed, { series_id: series.id, change: 'files', title: series.title });
    },
  });
}

/** As the file system says; where the library isn't mounted here, the time of the download stands for it. */
async function modifiedAt(path: string, finishedAt: string | null): Promise<number> {
  try {
    return Math.trunc((await stat(path)).mtimeMs);
  } catch {
    return finishedAt === null ? Date.now() : Date.parse(finishedAt);
  }
}
