import { AppError, queue } from '@aniworld/contracts';
import type { Bus, Log } from '@aniworld/chassis';
import type { Database } from './store/database.ts';
import { note } from './store/event.ts';
import { storeQueued } from './store/queued.ts';
import { type Candidate, episodesToQueue, type Patience } from './store/wanted.ts';

export interface AutoDownloadDeps {
  db: Database;
  bus: Bus;
  log: Log;
}

/**
 * A failed download is queued again by itself once a day at most, three times in all: the queue has tried each time with
 * pauses of its own, so what fails three days in a row wants a person. What no provider offers yet, or no longer, is
 * asked for on fourteen days: a source often comes some days after the episode is listed. What a person cancelled or took
 * out of the queue is never queued again by itself. A file that vanished after its download is fetched again after a day,
 * which leaves time for the scan that finds it under another name.
 */
export const patience: Patience = { failures: 3, failuresWithoutSource: 14, hours: 24 };

/** Episodes of one run. More wait for the next: a library switched on as a whole must not fill the queue at once. */
const MOST = 200;

/**
 * Queues what series with automatic download miss, at the priority of each series, the newest episodes first. Two runs at once
 * do no harm: the queue answers with the item that is there.
 * @returns how many were new to the queue, and of how many series
 * @throws UNAVAILABLE when the queue can't be reached
 */
export async function autoDownload(
  deps: AutoDownloadDeps,
  signal: AbortSignal,
): Promise<{ queued: number; series: number }> {
  const done = { queued: 0, series: 0 };
  for (const candidate of await episodesToQueue(deps.db, patience, MOST)) {
    signal.throwIfAborted();
    const added = await queueEpisodes(deps, candidate, signal);
    done.queued += added;
    done.series += added > 0 ? 1 : 0;
  }
  if (done.queued > 0) deps.log.info(done, 'episodes were queued by themselves');
  return done;
}

async function queueEpisodes({ db, bus, log }: AutoDownloadDeps, wanted: Candidate, signal: AbortSignal) {
  const { series_id, episode_ids, priority } = wanted;
  try {
    const { items, added } = await bus.call(queue.add, { series_id, episode_ids, priority }, { signal });
    await db.transaction().execute(async (tx) => {
      // Known at once, so that the next run doesn't ask again before the queue's event has come.
      await storeQueued(tx, items);
      if (added > 0) await note(tx, [{ series_id, what: 'queued', detail: 'by itself', episode_ids }]);
    });
    return added;
  } catch (error) {
    // Removed or renumbered since they were chosen; the others don't wait for it.
    if (!(error instanceof AppError) || error.status >= 500 || signal.aborted) throw error;
    log.debug({ err: error, series_id }, 'episodes could not be queued');
    return 0;
  }
}

/** Queues what is missing when something has changed. What fails here is left to the next run of the task. */
export interface AutoDownload extends AsyncDisposable {
  soon(): void;
}

export function createAutoDownload(deps: AutoDownloadDeps): AutoDownload {
  const stop = new AbortController();
  let running: Promise<void> | null = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await autoDownload(deps, stop.signal).catch((error: unknown) => {
        if (!stop.signal.aborted) deps.log.debug({ err: error }, 'missing episodes could not be queued');
      });
    } while (again && !stop.signal.aborted);
    running = null;
  };
  return {
    soon() {
      again = true;
      running ??= run();
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('The server is stopping.'));
      await running;
    },
  };
}
