import { queue } from '@aniworld/contracts';
import { type Bus, consume, type Log, type Loop } from '@aniworld/chassis';
import { parseName } from '@aniworld/filename';
import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { linesOf } from './choice.ts';
import { settle, tell } from './settle.ts';
import { type Database, lockMatching } from './store/database.ts';
import { holdSeriesOf } from './store/episode.ts';
import { type FileFacts, filesAt } from './store/file.ts';
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
      await lockMatching(tx);
      const series = await holdSeriesOf(tx, item.episode_id);
      // Removed meanwhile; the next scan lists the file as unmatched.
      if (!series) return;
      const { mtime_ms, inode } = await factsOf(path, item.finished_at);
      const { resolution, version } = parseName(relative(folder, path));
      const facts: FileFacts = {
        ...{ root: folder, place: placeOf(folder, path), path, size, mtime_ms, inode, kind: 'episode' },
        ...{ series_id: series.id, state: 'matched', confidence: 'download', reason: 'downloaded' },
        ...{ resolution: linesOf(resolution), version, rule_id: null, pinned: true },
      };
      const before = new Map((await filesAt(tx, [{ path }])).map((file) => [file.path, file]));
      const [settled] = await settle(tx, [{ facts, episode_ids: [item.episode_id] }], before);
      // Whoever waits for the download hears of it, also of one that a scan has seen first.
      if (!settled?.changed) await tell(tx, [facts]);
    },
  });
}

/** As the file system says; where the library isn't mounted here, the time of the download stands for it. */
async function factsOf(path: string, finishedAt: string | null): Promise<{ mtime_ms: number; inode: number | null }> {
  try {
    const { mtimeMs, ino } = await stat(path);
    return { mtime_ms: Math.trunc(mtimeMs), inode: ino };
  } catch {
    return { mtime_ms: finishedAt === null ? Date.now() : Date.parse(finishedAt), inode: null };
  }
}
