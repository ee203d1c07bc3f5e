import { type Log, type Loop, loop } from '@aniworld/chassis';
import type { AppConfig } from '@aniworld/contracts';
import type { Kysely } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bucket, createBucket } from './bucket.ts';
import { createMeter } from './progress.ts';
import { allowanceAt, localMinute } from './schedule.ts';
import type { DB } from './schema.gen.ts';
import type { Settings } from './settings.ts';
import { countRunning } from './store/worker.ts';

/** The share of the bandwidth that this process may use: in all, from each host, and for each download. */
export interface Bandwidth extends AsyncDisposable {
  /** Begins a download from a host. */
  enter(host: string): Passage;
  /** Bytes per second that passed lately. */
  readonly speed: number;
}

/** One download's way through the buckets. */
export interface Passage extends Disposable {
  /** Waits until so many bytes may pass; undefined when they may at once. */
  passes(bytes: number, signal: AbortSignal): Promise<void> | undefined;
}

interface HostBucket {
  bucket: Bucket;
  /** Downloads of this process. */
  own: number;
}

/**
 * A limit over all workers is divided by the downloads that run on all of them, and looked at anew every two seconds.
 * @param db asked for the downloads that run
 */
export function shareBandwidth(db: Kysely<DB>, settings: Settings, log: Log): Bandwidth {
  const all = createBucket(null);
  const hosts = new Map<string, HostBucket>();
  const meter = createMeter();
  let running: Running = [];
  const shares: Loop = loop({
    name: 'bandwidth',
    everyMs: 2_000,
    log,
    async run() {
      const { all: most, host } = limitsOf(settings.current);
      running = most === null && host === null ? [] : await countRunning(db);
      divide(limitsOf(settings.current), all, hosts, running);
    },
  });
  return {
    get speed() {
      return meter.speed();
    },
    enter(host) {
      const shared = hosts.get(host) ?? { bucket: createBucket(null), own: 0 };
      hosts.set(host, shared);
      shared.own += 1;
      // By what was counted last, so that not even the first bytes are unlimited.
      divide(limitsOf(settings.current), all, hosts, running);
      const own = createBucket(null);
      return {
        passes(bytes, signal) {
          meter.add(bytes);
          own.rate = settings.current.download.item_bytes_per_second || null;
          const ms = Math.max(all.take(bytes), shared.bucket.take(bytes), own.take(bytes));
          return ms > 0 ? delay(ms, undefined, { signal }).catch(() => undefined) : undefined;
        },
        [Symbol.dispose]() {
          shared.own -= 1;
          if (shared.own === 0) hosts.delete(host);
        },
      };
    },
    [Symbol.asyncDispose]: () => shares[Symbol.asyncDispose](),
  };
}

interface Limits {
  all: number | null;
  host: number | null;
}

/** Of the limit that always holds and that of the time of day, the lower one counts. */
function limitsOf({ download, queue }: AppConfig): Limits {
  const now = allowanceAt(queue.quiet_hours, localMinute(new Date())).bytesPerSecond;
  const all = Math.min(download.bytes_per_second || Infinity, now ?? Infinity);
  return { all: all === Infinity ? null : all, host: download.host_bytes_per_second || null };
}

/** Downloads on all workers. */
type Running = { host: string; n: number }[];

function divide(limits: Limits, all: Bucket, hosts: Map<string, HostBucket>, running: Running) {
  const own = [...hosts.values()].reduce((sum, host) => sum + host.own, 0);
  const total = running.reduce((sum, { n }) => sum + n, 0);
  all.rate = share(limits.all, own, total);
  for (const [name, host] of hosts) {
    const there = running.find((one) => one.host === name)?.n ?? 0;
    host.bucket.rate = share(limits.host, host.own, there);
  }
}

function share(limit: number | null, own: number, total: number): number | null {
  return limit === null ? null : (limit * Math.max(1, own)) / Math.max(1, own, total);
}
