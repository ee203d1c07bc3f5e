import { gathering, killPoint, writesFenced } from '@aniworld/chassis';
import type { Kysely } from 'kysely';
import { type Checkpoint, PAYLOAD_VERSION } from './checkpoint.ts';
import type { Fetched } from './engine/engine.ts';
import { sizeOf } from './engine/ranges.ts';
import { Failure, toFailure } from './failure.ts';
import type { Part } from './part.ts';
import type { DB } from './schema.gen.ts';
import { type Saved, saveCheckpoints } from './store/checkpoint.ts';
import type { Leased } from './store/lease.ts';

/** A checkpoint is due after so many bytes, or after so long. */
const DUE_BYTES = 2 * 1024 * 1024;
const DUE_MS = 1_000;
/** Below this a file is fetched again after a crash. */
const SMALL_BYTES = 256 * 1024;
/** Nothing is written while more than this is neither synced nor recorded: it is what a crash costs, at most. */
const MOST_UNSAVED = 6 * 1024 * 1024;

/** Stores a checkpoint. @returns false when the lease is lost */
export type Save = (checkpoint: Saved) => Promise<boolean>;

/** Checkpoints in one statement at most. */
const MOST = 32;
/** From one statement to the next: a tenth of what a download may leave unsaved at the speed of a fast disk. */
const GAP_MS = 25;

/** Checkpoints of downloads that run side by side share statements: each costs the database more than the row does. */
export function gatherCheckpoints(db: Kysely<DB>): Save {
  const save = async (all: Saved[]) => {
    const saved = await saveCheckpoints(db, all);
    return all.map(({ lease }) => saved.has(lease.id));
  };
  return gathering(MOST, save, GAP_MS);
}

/**
 * Turns writes into checkpoints: data synced first, then the map that says so. While one map is being stored the data of the
 * next is synced already, and writing goes on beside both.
 */
export interface Recorder extends AsyncDisposable {
  /** To be asked before a write: waits while too much is unsaved. undefined when there is room at once. */
  room(bytes: number): Promise<void> | undefined;
  /** Tells of a write. */
  written(fetched: Fetched, bytes: number): void;
  /** The file is whole and on the disk. A small one that no map knows of needs none: fetching it again costs less than the row. */
  whole(): void;
  /** Bytes in the part file. */
  readonly done: number;
  /** Aborted when a checkpoint was refused, because the lease is lost, and when the disk did not take the data. */
  readonly lost: AbortSignal;
}

interface State {
  save: Save;
  item: Leased;
  part: Part;
  folder: string;
  lost: AbortController;
  latest: Fetched;
  touched: boolean;
  /** Nothing was stored, or tried to be, in this try. */
  young: boolean;
  /** Bytes for which room was given and that are in no stored map yet. */
  unsaved: number;
  /** Of these, bytes that are written and that no sync has begun for. */
  unsynced: number;
  syncing: Promise<void> | undefined;
  storing: Promise<void>;
  /** Resolves when the next storing has ended: whether it was stored. */
  next: PromiseWithResolvers<boolean>;
  closed: boolean;
}

/** Disposal records the last state with `clean: true`: nobody of ours writes to the file any more. */
export function recordCheckpoints(save: Save, item: Leased, part: Part, folder: string): Recorder {
  const state: State = {
    ...{ save, item, part, folder, lost: new AbortController() },
    ...{ latest: { validator: null, total: null, ranges: [] }, touched: false, young: true, unsaved: 0, unsynced: 0 },
    ...{ syncing: undefined, storing: Promise.resolve(), next: Promise.withResolvers<boolean>(), closed: false },
  };
  const timer = setInterval(() => state.touched && saveSoon(state), DUE_MS);
  return {
    lost: state.lost.signal,
    whole() {
      if (state.young && item.checkpoint === null && sizeOf(state.latest.ranges) <= SMALL_BYTES) state.touched = false;
    },
    get done() {
      return sizeOf(state.latest.ranges);
    },
    room(bytes) {
      if (isFull(state, bytes)) return waitForRoom(state, bytes);
      state.unsaved += bytes;
    },
    written(fetched, bytes) {
      state.latest = fetched;
      state.touched = true;
      state.unsynced += bytes;
      if (state.unsynced >= DUE_BYTES) saveSoon(state);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      state.closed = true;
      await state.syncing;
      await state.storing;
      if (state.touched && !state.lost.signal.aborted && (await sync(state))) await store(state, state.latest, true);
    },
  };
}

const isFull = ({ unsaved }: State, bytes: number) => unsaved > 0 && unsaved + bytes > MOST_UNSAVED;

async function waitForRoom(state: State, bytes: number): Promise<void> {
  while (isFull(state, bytes) && !state.lost.signal.aborted) {
    saveSoon(state);
    // A database that is away makes it slow, and costs nothing but the progress since then; the lease decides the rest.
    if (!(await state.next.promise)) break;
  }
  state.unsaved += bytes;
}

function saveSoon(state: State): void {
  if (state.syncing || state.closed || state.lost.signal.aborted) return;
  state.syncing = saveOnce(state).finally(() => {
    state.syncing = undefined;
    if (state.unsynced >= DUE_BYTES) saveSoon(state);
  });
}

/** Syncs, and leaves the map to be stored while the next sync runs. */
async function saveOnce(state: State): Promise<void> {
  const { latest, unsynced } = state;
  state.young = false;
  state.unsynced = 0;
  const synced = await sync(state);
  await state.storing;
  state.storing = (async () => {
    const stored = synced && (await store(state, latest, false));
    if (stored) state.unsaved = Math.max(0, state.unsaved - unsynced);
    else state.unsynced += unsynced;
    const { resolve } = state.next;
    state.next = Promise.withResolvers();
    resolve(stored);
  })();
}

async function sync({ part, lost }: State): Promise<boolean> {
  try {
    await part.sync();
    return true;
  } catch (error) {
    // What was written since the last sync may be gone, and the next one would say nothing of it.
    lost.abort(toFailure(error));
    return false;
  }
}

/** @returns false when the database is away, or the lease is lost */
async function store(state: State, latest: Fetched, clean: boolean): Promise<boolean> {
  const { item, folder, lost } = state;
  const ranges = latest.ranges.map(([start, end]): [number, number] => [start, end]);
  const map: Checkpoint = { v: PAYLOAD_VERSION, folder, epoch: item.lease_epoch, clean, ...latest, ranges };
  try {
    if (!(await state.save({ lease: item, checkpoint: map, done: sizeOf(ranges) }))) {
      writesFenced.inc({ what: 'checkpoint' });
      lost.abort(new Failure('worker_lost', 'The lease was taken over.'));
      return false;
    }
    await killPoint('checkpoint.saved', item.title ?? undefined);
    return true;
  } catch {
    return false;
  }
}
