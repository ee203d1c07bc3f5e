import { killPoint, type Loop } from '@aniworld/chassis';
import type { Kysely } from 'kysely';
import type { Publishing } from './checkpoint.ts';
import { fenced } from './fence.ts';
import type { DB } from './schema.gen.ts';
import type { Claimer } from './store/claim.ts';
import { finishAndClaim, finishCompleted } from './store/finish.ts';
import type { Leased } from './store/lease.ts';

/** Writes an item's end with its file. Rejects with the failure `worker_lost` when the lease is over. */
export type Complete = (item: Leased, file: Publishing) => Promise<void>;

/** Uses in the same statement what the ends in it have freed: items that are short cost one statement each, not two. */
export interface Refill {
  /** Who takes them; null when nothing more is to be taken. */
  claimer: () => Claimer | null;
  /** Runs them; called after the commit. */
  begin: (items: Leased[]) => void;
}

export interface CompletionDeps {
  db: Kysely<DB>;
  relay: Loop;
  worker: string;
  refill?: Refill | undefined;
}

/** Items that end in one transaction at most. */
const MOST = 16;
/** Transactions at once: while the database writes one, the next is on its way. */
const LANES = 3;
/** From one transaction to the next in a stream of short items: fewer commits, each of more items. */
const GAP_MS = 10;

/**
 * Ends that come close together share a transaction: thousands of small files cost few commits, a single one waits for
 * nothing.
 * @param running how many items there are of which ends may come; when all that are left wait, nobody else is waited for
 */
export function groupCompletions(deps: CompletionDeps, running = () => 0): Complete {
  const waiting: Waiting[] = [];
  let [lanes, inHand, begunAt] = [0, 0, -GAP_MS];
  let timer: NodeJS.Timeout | undefined;
  let next: NodeJS.Immediate | undefined;
  const begin = () => {
    timer = next = undefined;
    if (waiting.length === 0 || lanes === LANES) return;
    if (waiting.length < Math.min(MOST, running() - inHand)) {
      // The end of the one that is under way begins the next one.
      if (lanes > 0) return;
      const left = begunAt + GAP_MS - performance.now();
      if (left > 0) return void (timer = setTimeout(begin, left));
    }
    begunAt = performance.now();
    const group = waiting.splice(0, MOST);
    lanes += 1;
    inHand += group.length;
    void settle(deps, group).finally(() => {
      lanes -= 1;
      inHand -= group.length;
      beginSoon();
    });
    if (waiting.length > 0) beginSoon();
  };
  // Those that come in the same turn of the event loop go together.
  const beginSoon = () => {
    clearTimeout(timer);
    next ??= setImmediate(begin);
  };
  return (item, file) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push({ item, file, resolve, reject });
    beginSoon();
    return promise;
  };
}

/** One item's end by itself: for the reaper, which finds files that were published before a crash. */
export async function complete(deps: CompletionDeps, item: Leased, file: Publishing): Promise<void> {
  const done = await completeAll(deps, [{ item, file }]);
  if (!done.has(item.id)) throw lost();
}

interface Ended {
  item: Leased;
  file: Publishing;
}

interface Waiting extends Ended {
  resolve: () => void;
  reject: (reason: unknown) => void;
}

async function settle(deps: CompletionDeps, group: Waiting[]): Promise<void> {
  try {
    const done = await completeAll(deps, group);
    for (const { item, resolve, reject } of group) {
      if (done.has(item.id)) resolve();
      else reject(lost());
    }
  } catch (error) {
    if (group.length === 1 && !deps.refill) return group[0]!.reject(error);
    // Perhaps one of them is at fault, or what came after them; the others must not pay for it.
    await Promise.all(group.map((one) => settle({ ...deps, refill: undefined }, [one])));
  }
}

/** @returns the ids of those that are completed now; the others' leases were over */
async function completeAll({ db, relay, worker, refill }: CompletionDeps, ended: Ended[]): Promise<Set<string>> {
  const endings = ended.map(({ item, file }) => ({ lease: item, file }));
  const claimer = refill?.claimer();
  const { done, next } = claimer
    ? await finishAndClaim(db, endings, claimer)
    : { done: await finishCompleted(db, endings, worker), next: [] };
  await killPoint('complete.committed');
  relay.wake();
  refill?.begin(next);
  return new Set(done);
}

/** Cancelled at the last moment, or taken over: then the reaper finds the file and settles it. */
const lost = () => fenced('completed');
