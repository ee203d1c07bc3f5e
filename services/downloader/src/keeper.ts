import { type Log, loop, writesFenced } from '@aniworld/chassis';
import type { Kysely } from 'kysely';
import { Failure } from './failure.ts';
import type { DB } from './schema.gen.ts';
import { type Lease, type Leased, renew } from './store/lease.ts';

/**
 * Keeps a worker's leases alive, and tells each download when it has lost its own.
 *
 * Two ways to lose one: the database says so (another worker took it over, or it was cancelled), or it can't be asked for
 * as long as a lease lasts. Then the lease may be somebody else's by now, so the worker stops by itself.
 */
export interface Keeper extends AsyncDisposable {
  hold(item: Leased): Held;
}

export interface Held extends Disposable {
  /** Aborted with a Failure that says why. */
  signal: AbortSignal;
  abort(reason: Failure): void;
}

interface Entry extends Lease {
  stop: AbortController;
  /** Monotonic milliseconds of the last renewal's beginning; the lease lasts at least from there. */
  renewedAt: number;
}

export function keepLeases(db: Kysely<DB>, leaseSeconds: number, log: Log): Keeper {
  const entries = new Map<string, Entry>();
  const heartbeat = loop({
    name: 'heartbeat',
    everyMs: (leaseSeconds * 1_000) / 3,
    jitter: 0.1,
    log,
    async run() {
      fenceOverdue(entries, leaseSeconds);
      await renewAll(db, entries, leaseSeconds);
    },
  });
  const watchdog = setInterval(() => fenceOverdue(entries, leaseSeconds), 1_000);
  return {
    hold(item) {
      const stop = new AbortController();
      const entry = { id: item.id, lease_epoch: item.lease_epoch, stop, renewedAt: performance.now() };
      entries.set(item.id, entry);
      return {
        signal: stop.signal,
        abort: (reason) => stop.abort(reason),
        [Symbol.dispose]: () => {
          if (entries.get(item.id) === entry) entries.delete(item.id);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      clearInterval(watchdog);
      await heartbeat[Symbol.asyncDispose]();
    },
  };
}

async function renewAll(db: Kysely<DB>, entries: Map<string, Entry>, leaseSeconds: number) {
  const asked = [...entries.values()].filter((entry) => !entry.stop.signal.aborted);
  if (asked.length === 0) return;
  const at = performance.now();
  const kept = new Set(
    await renew(
      db,
      asked.map(({ id, lease_epoch }) => ({ id, lease_epoch })),
      leaseSeconds,
    ),
  );
  for (const entry of asked) {
    if (kept.has(entry.id)) entry.renewedAt = at;
    else {
      writesFenced.inc({ what: 'renewal' });
      entry.stop.abort(new Failure('worker_lost', 'The lease was taken over.'));
    }
  }
}

function fenceOverdue(entries: Map<string, Entry>, leaseSeconds: number) {
  const deadline = performance.now() - leaseSeconds * 1_000;
  for (const entry of entries.values()) {
    if (entry.renewedAt < deadline)
      entry.stop.abort(new Failure('worker_lost', 'The lease could not be renewed in time.'));
  }
}
