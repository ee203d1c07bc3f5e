import { AppError, type Series } from '@aniworld/contracts';
import type { Log } from '@aniworld/chassis';
import type { Configuration } from './configuration.ts';
import type { Database } from './store/database.ts';
import { noteTry, seriesToRefresh } from './store/refresh.ts';

export interface RefreshDeps {
  db: Database;
  log: Log;
  configuration: Pick<Configuration, 'current'>;
  library: { renew(id: string, signal: AbortSignal): Promise<Series> };
}

/** Series asked for at once. Of one provider the guard lets fewer through: see `guard.ts`. */
const AT_ONCE = 4;
/** Read at a time, so that one that is removed or refreshed by hand meanwhile is not asked for again. */
const BATCH = 100;
/** After a failure a series is left alone so long, and then comes behind those that were never tried. */
const AFTER_FAILURE_HOURS = 1;

/**
 * Refreshes the monitored series that have not ended and were not refreshed for `library.refresh_interval_hours`, those first
 * that have waited longest, until none is due. One that fails never stops the others.
 */
export async function refreshDue(
  deps: RefreshDeps,
  signal: AbortSignal,
): Promise<{ refreshed: number; failed: number }> {
  const { refresh_interval_hours: hours } = (await deps.configuration.current()).config.library;
  const done = { refreshed: 0, failed: 0 };
  for (;;) {
    const due = await seriesToRefresh(deps.db, { hours, afterFailure: AFTER_FAILURE_HOURS, limit: BATCH });
    if (due.length === 0) break;
    const line = due.values();
    await Promise.all(Array.from({ length: AT_ONCE }, () => work(deps, line, done, signal)));
    signal.throwIfAborted();
  }
  if (done.refreshed + done.failed > 0) deps.log.info(done, 'series were refreshed');
  return done;
}

/** Takes one series after the other from the line that all workers share. */
async function work(
  { db, log, library }: RefreshDeps,
  line: Iterator<string> & Iterable<string>,
  done: { refreshed: number; failed: number },
  signal: AbortSignal,
): Promise<void> {
  for (const id of line) {
    if (signal.aborted) return;
    // Before asking: should the process die of it, it is not the first again after the next start.
    await noteTry(db, id);
    try {
      await library.renew(id, signal);
      done.refreshed += 1;
    } catch (error) {
      if (signal.aborted) return;
      done.failed += 1;
      const known = error instanceof AppError;
      log[known ? 'debug' : 'warn']({ err: error, series_id: id }, 'a series could not be refreshed');
    }
  }
}
