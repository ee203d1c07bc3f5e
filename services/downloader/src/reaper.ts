import { emit, type Loop, loop } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import { watchClock } from './clock.ts';
import { complete } from './completion.ts';
import type { Equipment } from './equipment.ts';
import { failureRules, judgeLoss } from './failure.ts';
import { keepLeases, type Keeper, type Patience } from './keeper.ts';
import { settlePublishing } from './publish.ts';
import { emitChange } from './queue.ts';
import {
  finishFailed,
  freeStaleSlots,
  type Leased,
  promoteDelayed,
  readClock,
  requeue,
  shortenLeases,
  takeExpired,
} from './store/lease.ts';
import { raiseLines } from './store/host.ts';
import { foldCounts } from './store/state.ts';
import { note } from './store/timeline.ts';

/** Items that one round takes over; the rest follow in the next. */
const BATCH = 20;

type ReaperDeps = Pick<Equipment, 'db' | 'relay' | 'settings' | 'worker' | 'log'>;

/**
 * Puts right what lost workers left: items whose lease ran out go back to the queue, or are completed when their file was
 * published already; delayed items whose time has come are let into the line; slots that nobody holds are freed, and the heads of
 * the lines move on. Every replica runs one; rows that another is settling are skipped.
 */
export function startReaper(deps: ReaperDeps, options: Patience & { onReady: () => void }): Loop {
  const keeper = keepLeases(deps.db, options, deps.log);
  const findExpired = expiryFinder(deps, options.leaseSeconds);
  const reaper = loop({
    name: 'reaper',
    everyMs: 1_000,
    log: deps.log,
    async run() {
      const expired = await findExpired();
      await Promise.all(expired.map((item) => settleLost(deps, item, keeper)));
      await freeStaleSlots(deps.db);
      await foldCounts(deps.db);
      await raiseLines(deps.db);
      const promoted = await promoteDelayed(deps.db);
      if (expired.length + promoted > 0) options.onReady();
    },
  });
  return {
    wake: reaper.wake,
    async [Symbol.asyncDispose]() {
      await reaper[Symbol.asyncDispose]();
      await keeper[Symbol.asyncDispose]();
    },
  };
}

/** Takes over what is expired, unless that only seems so because the database's clock was set. */
function expiryFinder({ db, worker, log }: ReaperDeps, leaseSeconds: number): () => Promise<Leased[]> {
  const look = watchClock(leaseSeconds);
  return async () => {
    const now = await readClock(db);
    const { settled, stepMs } = look(Date.parse(now), performance.now());
    if (stepMs !== 0)
      log.warn({ seconds: Math.round(stepMs / 1_000) }, "the database's clock was set; leases are left alone");
    await shortenLeases(db, leaseSeconds);
    return settled ? takeExpired(db, worker, leaseSeconds, BATCH, now) : [];
  };
}

async function settleLost(deps: ReaperDeps, item: Leased, keeper: Keeper): Promise<void> {
  // A file that was being published may have to be read through, which takes longer than a lease.
  using held = keeper.hold(item);
  const options = { rights: deps.settings.current.library, ...held };
  if (item.publishing && (await settlePublishing(item.id, item.publishing, options)) === 'published') {
    await complete(deps, item, item.publishing);
    return;
  }
  const crashed = !gotFurther(item);
  const crashes = item.crashes + (crashed ? 1 : 0);
  const detail = failureRules.worker_lost.sentence;
  deps.log.warn({ item: item.id, crashes }, 'an item was lost with its worker');
  await deps.db.transaction().execute(async (tx) => {
    const { next, waitSeconds } = judgeLoss(crashes, Math.random());
    const failed = next === 'fail';
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
          waitSeconds,
          crashed,
          keepBytes: true,
        });
    if (!left) return;
    await note(tx, [left], { what: 'worker_lost', worker: deps.worker, detail: left.error_detail });
    await emitChange(tx, failed ? 'failed' : 'requeued', [left], [left]);
    if (failed) await emit(tx, queue.failed, { item: left, cause: 'worker_lost', detail: left.error_detail ?? detail });
  });
  deps.relay.wake();
}

/**
 * Whether the lost lease brought bytes that the next one goes on from. Then the item was more likely a victim than the
 * cause, and however often it happens it comes to an end.
 */
function gotFurther({ checkpoint, lease_epoch }: Leased): boolean {
  return checkpoint !== null && checkpoint.validator !== null && checkpoint.epoch === lease_epoch - 1;
}
