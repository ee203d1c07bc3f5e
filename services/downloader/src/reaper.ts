import { emit, type Loop, loop } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import { type AttemptDeps, complete } from './attempt.ts';
import { failureRules, judgeLoss } from './failure.ts';
import { settlePublishing } from './publish.ts';
import { emitChange } from './queue.ts';
import { finishFailed, freeStaleSlots, type Leased, promoteDelayed, requeue, takeExpired } from './store/lease.ts';
import { note } from './store/timeline.ts';

/** Items that one round takes over; the rest follow in the next. */
const BATCH = 20;

type ReaperDeps = Pick<AttemptDeps, 'db' | 'relay' | 'worker' | 'log'>;

/**
 * Puts right what lost workers left: items whose lease ran out go back to the queue, or are completed when their file was
 * published already; delayed items whose time has come are let into the line; slots that nobody holds are freed. Every
 * replica runs one; rows that another is settling are skipped.
 */
export function startReaper(deps: ReaperDeps, options: { leaseSeconds: number; onReady: () => void }): Loop {
  return loop({
    name: 'reaper',
    everyMs: 1_000,
    log: deps.log,
    async run() {
      const expired = await takeExpired(deps.db, deps.worker, options.leaseSeconds, BATCH);
      for (const item of expired) await settleLost(deps, item);
      await freeStaleSlots(deps.db);
      const promoted = await promoteDelayed(deps.db);
      if (expired.length + promoted > 0) options.onReady();
    },
  });
}

async function settleLost(deps: ReaperDeps, item: Leased): Promise<void> {
  if (item.publishing && (await settlePublishing(item.id, item.publishing)) === 'published') {
    await complete(deps, item, item.publishing);
    return;
  }
  const crashes = item.crashes + 1;
  const detail = failureRules.worker_lost.sentence;
  deps.log.warn({ item: item.id, crashes }, 'an item was lost with its worker');
  await deps.db.transaction().execute(async (tx) => {
    const failed = judgeLoss(crashes) === 'fail';
    const left = failed
      ? await finishFailed(tx, item, {
          cause: 'worker_lost',
          detail: `Lost with its worker ${crashes} times; it may be what ends them.`,
          attempt: item.attempt,
        })
      : await requeue(tx, item, {
          cause: 'worker_lost',
          detail,
          attempt: item.attempt,
          waitSeconds: 0,
          crashed: true,
          keepBytes: true,
        });
    if (!left) return;
    await note(tx, [left], { what: 'worker_lost', worker: deps.worker, detail: left.error_detail });
    await emitChange(tx, failed ? 'failed' : 'requeued', [left], left);
    if (failed) await emit(tx, queue.failed, { item: left, cause: 'worker_lost', detail: left.error_detail ?? detail });
  });
  deps.relay.wake();
}
