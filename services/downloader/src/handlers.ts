import { type Ctx, emit, type Loop } from '@aniworld/chassis';
import { anime, fail, type Handlers, queue, type QueueStatus } from '@aniworld/contracts';
import type { Kysely } from 'kysely';
import { addItems, changePriority, clearEnded, listItems, moveItem, removeItems, retryItems } from './queue.ts';
import type { DB } from './schema.gen.ts';
import type { Settings } from './settings.ts';
import { getItem } from './store/item.ts';
import { type Gate, lockGate, readStatus, setGate } from './store/state.ts';
import { timelineOf } from './store/timeline.ts';

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
      return { item, timeline: await timelineOf(db, id) };
    },
    add: async ({ series_id, episode_ids, priority }, ctx) => {
      const { items } = await ctx.call(anime.brief, { series_id, episode_ids: [...new Set(episode_ids)] });
      return changed(await addItems(db, items, { priority, max_attempts: settings.current.queue.max_attempts }));
    },
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
    retry: async ({ ids, cause }) => changed({ count: await retryItems(db, { ids, cause }) }),
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
