import { type Bus, type Log, type Loop, loop } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import type { Kysely } from 'kysely';
import type { DB } from './schema.gen.ts';
import { readStatus } from './store/state.ts';

/** The status is told at most twice a second, however many items change. */
const LEAST_GAP_MS = 500;

/** Tells the queue's status live when it is woken and it has changed. */
export function announceStatus(db: Kysely<DB>, bus: Bus, log: Log): Loop {
  let last = '';
  const announcer = loop({
    name: 'status',
    everyMs: 15_000,
    log,
    async run() {
      const status = await readStatus(db);
      const { version: _, ...content } = status;
      const now = JSON.stringify(content);
      if (now === last) return;
      last = now;
      bus.publish(queue.statusChanged, { status, change: null });
    },
  });
  let due: NodeJS.Timeout | undefined;
  const subscription = bus.listen(queue.changed, () => {
    due ??= setTimeout(() => {
      due = undefined;
      announcer.wake();
    }, LEAST_GAP_MS);
  });
  return {
    wake: announcer.wake,
    async [Symbol.asyncDispose]() {
      clearTimeout(due);
      await subscription[Symbol.asyncDispose]();
      await announcer[Symbol.asyncDispose]();
    },
  };
}
