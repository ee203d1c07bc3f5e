import { killPoint, writesFenced } from '@aniworld/chassis';
import type { Kysely } from 'kysely';
import { type Checkpoint, PAYLOAD_VERSION } from './checkpoint.ts';
import type { Fetched } from './engine/engine.ts';
import { sizeOf } from './engine/ranges.ts';
import { Failure } from './failure.ts';
import type { Part } from './part.ts';
import type { DB } from './schema.gen.ts';
import { type Leased, saveCheckpoint } from './store/lease.ts';

/** A checkpoint is due after so many bytes, or after so long. */
const DUE_BYTES = 2 * 1024 * 1024;
const DUE_MS = 1_000;
/** Writing waits while more than this is neither synced nor recorded: it is what a crash costs, at most. */
const MOST_UNSAVED = 4 * 1024 * 1024;

/** Turns writes into checkpoints: data synced first, then the map that says so. */
export interface Recorder extends AsyncDisposable {
  /** Tells of a write. Resolves at once unless too much is unsaved. */
  written(fetched: Fetched, bytes: number): Promise<void> | void;
  /** Bytes in the part file. */
  readonly done: number;
  /** Aborted when a checkpoint was refused: the lease is lost. */
  readonly lost: AbortSignal;
}

/** Disposal records the last state with `clean: true`: nobody of ours writes to the file any more. */
export function recordCheckpoints(db: Kysely<DB>, item: Leased, part: Part, folder: string): Recorder {
  const lost = new AbortController();
  let latest: Fetched = { validator: null, total: null, ranges: [] };
  let touched = false;
  let unsaved = 0;
  let saving: Promise<void> | undefined;
  const save = async (clean: boolean) => {
    const now = latest;
    const bytes = unsaved;
    await part.sync();
    const checkpoint: Checkpoint = {
      v: PAYLOAD_VERSION,
      folder,
      epoch: item.lease_epoch,
      clean,
      ...now,
      ranges: now.ranges.map(([s, e]) => [s, e]),
    };
    if (!(await saveCheckpoint(db, item, checkpoint, sizeOf(now.ranges)))) {
      writesFenced.inc({ what: 'checkpoint' });
      lost.abort(new Failure('worker_lost', 'The lease was taken over.'));
    }
    unsaved -= bytes;
    await killPoint('checkpoint.saved', item.title ?? undefined);
  };
  const saveSoon = () => {
    saving ??= save(false)
      // A database that is away costs nothing but the progress since the last checkpoint; the lease decides the rest.
      .catch(() => undefined)
      .finally(() => (saving = undefined));
    return saving;
  };
  const timer = setInterval(() => touched && !lost.signal.aborted && void saveSoon(), DUE_MS);
  return {
    lost: lost.signal,
    get done() {
      return sizeOf(latest.ranges);
    },
    written(fetched, bytes) {
      latest = fetched;
      touched = true;
      unsaved += bytes;
      if (unsaved >= MOST_UNSAVED) return saveSoon();
      if (unsaved >= DUE_BYTES) void saveSoon();
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await saving;
      if (touched && !lost.signal.aborted) await save(true).catch(() => undefined);
    },
  };
}
