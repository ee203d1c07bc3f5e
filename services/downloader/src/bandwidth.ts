import { type Log, type Loop, loop } from '@aniworld/chassis';
import type { Kysely } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';
import { createMeter } from './progress.ts';
import { allowanceAt, localMinute } from './schedule.ts';
import type { DB } from './schema.gen.ts';
import type { Settings } from './settings.ts';
import { countRunning } from './store/worker.ts';

/** How much may be taken at once, in seconds of the rate: more makes bursts, less makes many small waits. */
const BURST_SECONDS = 0.25;

/** The share of the bandwidth that this process may use. */
export interface Bandwidth extends AsyncDisposable {
  /** Waits until so many bytes may pass; undefined when nothing is limited. */
  take(bytes: number, signal: AbortSignal): Promise<void> | undefined;
  /** Bytes per second that passed lately. */
  readonly speed: number;
}

/**
 * One bucket for all downloads of the process. The limit of the time of day is divided by the downloads that run, over all
 * workers, and looked at anew every two seconds.
 * @param active downloads of this process
 */
export function shareBandwidth(db: Kysely<DB>, settings: Settings, active: () => number, log: Log): Bandwidth {
  let rate: number | null = null;
  let freeAt = performance.now();
  const meter = createMeter();
  const shares: Loop = loop({
    name: 'bandwidth',
    everyMs: 2_000,
    log,
    async run() {
      const limit = allowanceAt(settings.current.queue.quiet_hours, localMinute(new Date())).bytesPerSecond;
      rate = limit === null ? null : (limit * Math.max(1, active())) / Math.max(1, active(), await countRunning(db));
    },
  });
  return {
    get speed() {
      return meter.speed();
    },
    take(bytes, signal) {
      meter.add(bytes);
      if (rate === null) return undefined;
      const now = performance.now();
      freeAt = Math.max(freeAt, now - BURST_SECONDS * 1_000) + (bytes / rate) * 1_000;
      return freeAt <= now ? undefined : delay(freeAt - now, undefined, { signal }).catch(() => undefined);
    },
    [Symbol.asyncDispose]: () => shares[Symbol.asyncDispose](),
  };
}
