import { type Bus, consume, type Log, loop } from '@aniworld/chassis';
import { type QueueItem, queue, type QueueUpdate } from '@aniworld/contracts';
import type { Database, Tx } from './store/database.ts';
import { databaseTime, storeAbsent, storeQueued, storeRemoved } from './store/queued.ts';

/**
 * What the catalog knows of the queue: for each episode what was told of it last. It is built from `queue.changed`; an event
 * of more than 32 items doesn't carry them, and one may be parked, so the whole queue is read where that is needed, at the
 * start, and once an hour. It may lag behind the queue by the way of an event. Nothing relies on it but lists and the choice of
 * what to queue, where the queue itself answers a second time with the item that is there.
 */
export interface MirrorDeps {
  bus: Bus;
  db: Database;
  log: Log;
}

const READ_EVERY_MS = 3_600_000;
const PAGE = 200;
/** 200,000 items; the rest is learned by events. */
const MOST_PAGES = 1_000;
const states = ['pending', 'downloading', 'failed', 'cancelled'] as const;

/** Follows the queue until disposed. */
export function followQueue(deps: MirrorDeps): AsyncDisposable {
  const { bus, db, log } = deps;
  const reading = loop({ name: 'queue mirror', everyMs: READ_EVERY_MS, log, run: (signal) => readQueue(deps, signal) });
  let missed = false;
  const consuming = consume({
    bus,
    db,
    log,
    service: 'catalog',
    event: queue.changed,
    async handle({ change }, tx) {
      if (change && !(await storeChange(tx, change))) missed = true;
    },
    async handleAll(all, tx) {
      for (const change of merged(all.flatMap(({ change }) => change ?? [])))
        if (!(await storeChange(tx, change))) missed = true;
    },
    committed() {
      if (!missed) return;
      missed = false;
      reading.wake();
    },
  });
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all([consuming[Symbol.asyncDispose](), reading[Symbol.asyncDispose]()]);
    },
  };
}

type Change = NonNullable<QueueUpdate['change']>;

/** Changes of what an episode's state is; the others are of its place in the queue. */
const telling: ReadonlySet<Change['kind']> = new Set([
  'added',
  'started',
  'requeued',
  'completed',
  'failed',
  'cancelled',
  'removed',
]);

/**
 * Changes that follow each other, put together: of an episode's states only the newest is stored. Not beyond one that counts by
 * itself, and not beyond a removal.
 */
function merged(changes: readonly Change[]): Change[] {
  const all: Change[] = [];
  for (const change of changes) {
    if (!telling.has(change.kind)) continue;
    const last = all.at(-1);
    if (last && joins(last) && joins(change)) {
      all[all.length - 1] = { ...change, ...sum(last, change) };
    } else all.push(change);
  }
  return all;
}

const joins = ({ kind }: Change) => kind !== 'failed' && kind !== 'removed';

const sum = (one: Change, other: Change) => ({
  ids: [...one.ids, ...other.ids],
  count: one.count + other.count,
  items: [...one.items, ...other.items],
});

/** Stores one change. @returns false when the event doesn't say all of it */
async function storeChange(tx: Tx, { kind, ids, count, items }: Change): Promise<boolean> {
  if (!telling.has(kind)) return true;
  if (kind === 'removed') {
    await storeRemoved(tx, ids);
    return ids.length === count;
  }
  await storeQueued(tx, items);
  return items.length === count;
}

/** Reads the whole queue, state by state. What changes meanwhile is told by an event of its own, which is newer. */
export async function readQueue({ bus, db }: MirrorDeps, signal: AbortSignal): Promise<void> {
  const before = await databaseTime(db);
  const present: string[] = [];
  for (const state of states) {
    await readState(bus, state, signal, async (items) => {
      if (state === 'pending' || state === 'downloading') for (const item of items) present.push(item.id);
      await storeQueued(db, items);
    });
  }
  await storeAbsent(db, present, before);
}

async function readState(
  bus: Bus,
  state: (typeof states)[number],
  signal: AbortSignal,
  take: (items: QueueItem[]) => Promise<void>,
): Promise<void> {
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, next_cursor } = await bus.call(queue.items, { state, limit: PAGE, cursor }, { signal });
    await take(items);
    if (next_cursor === null) return;
    cursor = next_cursor;
  }
}
