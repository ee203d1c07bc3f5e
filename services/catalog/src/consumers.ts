import { type DownloadCompleted, queue } from '@aniworld/contracts';
import { type Bus, consume, type Log, type Loop } from '@aniworld/chassis';
import { parseName } from '@aniworld/filename';
import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { linesOf } from './choice.ts';
import { settle, tell } from './settle.ts';
import { type Database, lockMatching, type Tx } from './store/database.ts';
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
    handle: (one, tx) => take(tx, [one]),
    // Each counts its series anew: of a season that comes in a minute, once for all that came together.
    handleAll: (all, tx) => take(tx, all),
  });
}

async function take(tx: Tx, all: DownloadCompleted[]): Promise<void> {
  await lockMatching(tx);
  const episodes = all.map(({ item }) => item.episode_id);
  const series = await holdSeriesOf(tx, episodes);
  // Of one removed meanwhile the next scan lists the file as unmatched.
  const found = all.filter(({ item }) => series.has(item.episode_id));
  const decided = await Promise.all(
    found.map(async (one) => ({
      facts: await factsOf(one, series.get(one.item.episode_id)!),
      episode_ids: [one.item.episode_id],
    })),
  );
  const paths = decided.map(({ facts }) => facts);
  const before = new Map((await filesAt(tx, paths)).map((file) => [file.path, file]));
  const settled = await settle(tx, decided, before);
  const told = new Set(settled.flatMap(({ changed, facts }) => (changed ? facts.series_id : [])));
  // Whoever waits for a download hears of it, also of one that a scan has seen first.
  await tell(
    tx,
    paths.filter(({ series_id }) => !told.has(series_id)),
  );
}

async function factsOf({ item, folder, path, size }: DownloadCompleted, seriesId: string): Promise<FileFacts> {
  const { mtime_ms, inode } = await statOf(path, item.finished_at);
  const { resolution, version } = parseName(relative(folder, path));
  return {
    ...{ root: folder, place: placeOf(folder, path), path, size, mtime_ms, inode, kind: 'episode' },
    ...{ series_id: seriesId, state: 'matched', confidence: 'download', reason: 'downloaded' },
    ...{ resolution: linesOf(resolution), version, rule_id: null, pinned: true },
  };
}

/** As the file system says; where the library isn't mounted here, the time of the download stands for it. */
async function statOf(path: string, finishedAt: string | null): Promise<{ mtime_ms: number; inode: number | null }> {
  try {
    const { mtimeMs, ino } = await stat(path);
    return { mtime_ms: Math.trunc(mtimeMs), inode: ino };
  } catch {
    return { mtime_ms: finishedAt === null ? Date.now() : Date.parse(finishedAt), inode: null };
  }
}
