import { type Ctx, emit, type Loop } from '@aniworld/chassis';
import { fail, type Handlers, queue, type QueueStatus } from '@aniworld/contracts';
import type { Kysely } from 'kysely';
import { describeAdded } from './describer.ts';
import {
  addItems,
  changePriority,
  clearEnded,
  holdItems,
  listItems,
  moveItem,
  removeItems,
  retryItems,
  undoAdd,
} from './queue.ts';
import type { DB } from './schema.gen.ts';
import type { Settings } from './settings.ts';
import { getItem } from './store/item.ts';
import { type Gate, lockGate, readStatus, setGate } from './store/state.ts';
import { timelineOf, timelineOfEpisode } from './store/timeline.ts';
import { listWorkers } from './store/worker.ts';

export interface HandlerDeps {
  db: Kysely<DB>;
  relay: Loop;
  settings: Settings;
}

/** What the service answers. */
export function queueHandlers({ db, relay, settings }: HandlerDeps): Handlers<typeof queue, Ctx> {
  const changed = <T>(result: T): T => {
    relay.wake();
    return result;
  };
  const gate = async (event: GateEvent, change: (gate: Gate) => Gate) => changed(await turnGate(db, event, change));
  return {
    status: () => readStatus(db),
    items: (input) =>
      listItems(db, { state: input.state, series_id: input.series_id }, { cursor: input.cursor, limit: input.limit }),
    get: async ({ id }) => {
      const item = await getItem(db, id);
      if (!item) throw fail('ITEM_NOT_FOUND');
      return { item, timeline: await timelineOf(db, item) };
    },
    add: async (input, ctx) => {
      const stored = await addItems(db, { ...input, max_attempts: settings.current.queue.max_attempts });
      return changed(await describeAdded(db, stored, input, ctx));
    },
    undo: async ({ batch }) => changed({ count: await undoAdd(db, batch) }),
    hold: async ({ ids }) => changed({ count: await holdItems(db, ids, true) }),
    release: async ({ ids }) => changed({ count: await holdItems(db, ids, false) }),
    timeline: async ({ episode_id }) => ({ items: await timelineOfEpisode(db, episode_id) }),
    workers: async () => ({ items: await listWorkers(db) }),
    remove: async ({ id }) => {
      if ((await removeItems(db, [id])) === 0) throw fail('ITEM_NOT_FOUND');
      return changed({});
    },
    removeMany: async ({ ids }) => {
      await removeItems(db, ids);
      return changed({});
    },
    start: () => gate(queue.started, () => ({ running: true, paused: false, reason: null })),
    stop: () => gate(queue.stopped, (now) => ({ ...now, running: false, reason: null })),
    pause: () => gate(queue.paused, (now) => ({ ...now, paused: true, reason: null })),
    resume: () => gate(queue.resumed, (now) => ({ ...now, paused: false, reason: null })),
    reorder: async ({ id, position }) => changed({ item: await moveItem(db, id, position) }),
    priority: async ({ ids, priority }) => changed({ count: await changePriority(db, ids, priority) }),
    clearCompleted: async () => changed({ count: await clearEnded(db, ['completed']) }),
    clearFailed: async () => changed({ count: await clearEnded(db, ['failed', 'cancelled']) }),
    retry: async (filter) => changed({ count: await retryItems(db, filter) }),
  };
}

type GateEvent = typeof queue.started;

async function turnGate(db: Kysely<DB>, event: GateEvent, change: (gate: Gate) => Gate): Promise<QueueStatus> {
  return db.transaction().execute(async (tx) => {
    const turned = await setGate(tx, change(await lockGate(tx)));
    const status = await readStatus(tx);
    if (turned) await emit(tx, event, status);
    return status;
  });
}
