import { type Log, loop, writesFenced } from '@aniworld/chassis';
import type { Kysely } from 'kysely';
import { Failure } from './failure.ts';
import type { DB } from './schema.gen.ts';
import { type Lease, type Leased, renew } from './store/lease.ts';

/**
 * Keeps a worker's leases alive, and tells each download when it has lost its own.
 *
 * Two ways to lose one: the database says so (another worker took it over, or it was cancelled), or it can't be asked for
 * as long as a lease lasts. Then the lease may be somebody else's by now, so the worker stops by itself. A download that
 * hangs keeps its lease for ever, because the heartbeat doesn't hang with it; so one that shows no progress is ended too.
 */
export interface Keeper extends AsyncDisposable {
  hold(item: Leased): Held;
}

export interface Held extends Disposable {
  /** Aborted with a Failure that says why. */
  signal: AbortSignal;
  /** Whether the lease was renewed so lately that nobody else can have it, whatever happens to this process meanwhile. */
  isFresh(): boolean;
  abort(reason: Failure): void;
  /** Says that the download gets on: bytes came, or a stage was reached. */
  progressed(): void;
}

export interface Patience {
  leaseSeconds: number;
  /** A download without any progress for so long is ended as `stalled`. */
  stallSeconds: number;
}

interface Entry extends Lease {
  stop: AbortController;
  /** Monotonic milliseconds of the last renewal's beginning; the lease lasts at least from there. */
  renewedAt: number;
  progressedAt: number;
}

/** Of each second of a lease: a renewal comes after a third of it, and the database counted from a moment earlier. */
const FRESH_MS = 500;

export function keepLeases(db: Kysely<DB>, { leaseSeconds, stallSeconds }: Patience, log: Log): Keeper {
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
  const watchdog = setInterval(() => {
    fenceOverdue(entries, leaseSeconds);
    endStalled(entries, stallSeconds);
  }, 1_000);
  return {
    hold(item) {
      const stop = new AbortController();
      const now = performance.now();
      const entry = { id: item.id, lease_epoch: item.lease_epoch, stop, renewedAt: now, progressedAt: now };
      entries.set(item.id, entry);
      return {
        signal: stop.signal,
        isFresh: () => performance.now() - entry.renewedAt < leaseSeconds * FRESH_MS,
        abort: (reason) => stop.abort(reason),
        progressed: () => (entry.progressedAt = performance.now()),
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
  // One that was ended otherwise than by the loss of its lease still needs it, to be given back.
  const asked = [...entries.values()].filter(({ stop }) => (stop.signal.reason as Failure)?.reason !== 'worker_lost');
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
    else if (!entry.stop.signal.aborted) {
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

function endStalled(entries: Map<string, Entry>, stallSeconds: number) {
  const deadline = performance.now() - stallSeconds * 1_000;
  for (const entry of entries.values()) if (entry.progressedAt < deadline) entry.stop.abort(new Failure('stalled'));
}
