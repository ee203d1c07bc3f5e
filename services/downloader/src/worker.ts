import { type Loop, loop } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { gatherAnnouncements } from './announcement.ts';
import { attempt } from './attempt.ts';
import { shareBandwidth } from './bandwidth.ts';
import { groupCompletions, type Refill } from './completion.ts';
import { type Crowd, watchCrowd } from './crowd.ts';
import { startDigester } from './digest.ts';
import { countHosts } from './engine/hosts.ts';
import type { Equipment } from './equipment.ts';
import { Failure } from './failure.ts';
import { type Held, keepLeases } from './keeper.ts';
import { startInspector } from './media/inspector.ts';
import { gatherCheckpoints } from './recorder.ts';
import { gatherResolves } from './resolving.ts';
import { claim, type Claimer } from './store/claim.ts';
import type { Leased } from './store/lease.ts';
import { readGate } from './store/state.ts';
import { createWire } from './wire/wire.ts';

/** What a worker makes for its own downloads. */
type Own = 'announce' | 'save' | 'bandwidth' | 'resolve' | 'complete' | 'wire' | 'hosts' | 'digester' | 'inspector';

export interface WorkerOptions extends Omit<Equipment, Own> {
  /** Downloads at once in this process; the queue's own limit over all workers stands above it. */
  slots: number;
  leaseSeconds: number;
  stallSeconds: number;
}

export interface Worker extends Loop {
  readonly active: number;
  /** Bytes per second of all downloads of this process. */
  readonly speed: number;
}

interface Running {
  item: Leased;
  held: Held;
  ended: Promise<void>;
}

/**
 * Claims and runs items until disposed. It is woken by events, with a poll behind them for those that are lost. Disposal
 * claims nothing more, checkpoints what runs and gives it back.
 * @param work what is done with an item, for those who measure the queue without downloads; it must not reject
 */
export function startWorker(options: WorkerOptions, work = attempt): Worker {
  const running = new Map<string, Running>();
  const keeper = keepLeases(options.db, options, options.log);
  const bandwidth = shareBandwidth(options.db, options.settings, options.log);
  const wire = createWire(options.egress.dial);
  const digester = startDigester();
  const inspector = startInspector();
  let open = true;
  const refill: Refill = {
    claimer: () => (open ? options : null),
    begin: (items) => items.forEach(begin),
  };
  const complete = groupCompletions({ ...options, refill }, () => running.size);
  const own = {
    bandwidth,
    wire,
    digester,
    inspector,
    hosts: countHosts(),
    resolve: gatherResolves(options.bus),
    announce: gatherAnnouncements(options.db),
    save: gatherCheckpoints(options.db),
    complete,
  };
  const claims = loop({
    name: 'claim',
    everyMs: 5_000,
    log: options.log,
    async run() {
      while (open && running.size < options.slots) {
        const items = await claimItems(options, options.slots - running.size);
        if (items.length === 0) return;
        for (const item of items) begin(item);
      }
    },
  });
  const begin = (item: Leased) => {
    const held = keeper.hold(item);
    const ended = work({ ...options, ...own }, item, held).finally(() => {
      held[Symbol.dispose]();
      running.delete(item.id);
      claims.wake();
    });
    running.set(item.id, { item, held, ended });
    // Claimed while the worker was being closed.
    if (!open) held.abort(new Failure('shutdown'));
  };
  const stopper = watchStop(options, running);
  const crowd = watchCrowd(options);
  const listening = listen(options, running, { claims, stopper, crowd });
  return {
    wake: claims.wake,
    get active() {
      return running.size;
    },
    get speed() {
      return bandwidth.speed;
    },
    async [Symbol.asyncDispose]() {
      open = false;
      await listening[Symbol.asyncDispose]();
      await stopper[Symbol.asyncDispose]();
      await crowd[Symbol.asyncDispose]();
      await claims[Symbol.asyncDispose]();
      abortAll(running, new Failure('shutdown'));
      while (running.size > 0) await Promise.all([...running.values()].map((entry) => entry.ended));
      await bandwidth[Symbol.asyncDispose]();
      await wire[Symbol.asyncDispose]();
      await digester[Symbol.asyncDispose]();
      await inspector[Symbol.asyncDispose]();
      await keeper[Symbol.asyncDispose]();
    },
  };
}

/** Times that a claim asks again when others were at what it had seen. */
const MOST_CONTESTED = 8;
/** Between the later tries, more with each. */
const PATIENCE_MS = 5;

export type Claiming = Claimer & Pick<WorkerOptions, 'db' | 'relay'>;

/** Takes the next items, each with its timeline row and its event; none when there is nothing to take now. */
export async function claimItems(options: Claiming, limit: number): Promise<Leased[]> {
  let { items, contested } = await claim(options.db, options, limit);
  for (let again = 0; contested && again < MOST_CONTESTED; again += 1) {
    if (again > 0) await delay(Math.random() * again * PATIENCE_MS);
    ({ items, contested } = await claim(options.db, options, 1));
  }
  if (items.length > 0) options.relay.wake();
  return items;
}

function listen(
  { bus, log }: Pick<WorkerOptions, 'bus' | 'log'>,
  running: Map<string, Running>,
  { claims, stopper, crowd }: { claims: Loop; stopper: Loop; crowd: Crowd },
): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  let due: NodeJS.Timeout | undefined;
  stack.defer(() => clearTimeout(due));
  const claimSoon = () => {
    due ??= setTimeout(() => {
      due = undefined;
      claims.wake();
    }, crowd.turnMs);
  };
  stack.use(
    bus.listen(queue.changed, ({ change }) => {
      if (change?.kind === 'cancelled') {
        for (const id of change.ids) running.get(id)?.held.abort(new Failure('cancelled'));
        log.debug({ ids: change.ids }, 'cancelled');
      }
      // A start only takes away; everything else may have made room or work.
      if (change?.kind !== 'started') claimSoon();
    }),
  );
  for (const event of [queue.started, queue.resumed]) stack.use(bus.listen(event, claimSoon));
  for (const event of [queue.started, queue.stopped]) stack.use(bus.listen(event, stopper.wake));
  return stack;
}

/** While the queue is stopped: lets running downloads go on up to the limit, then checkpoints them and gives them back. */
function watchStop({ db, log, settings }: WorkerOptions, running: Map<string, Running>): Loop {
  let stoppedAt: number | null = null;
  return loop({
    name: 'stop',
    everyMs: 2_000,
    log,
    async run() {
      const gate = await readGate(db);
      stoppedAt = gate.running ? null : (stoppedAt ?? performance.now());
      if (stoppedAt === null || running.size === 0) return;
      const waited = (performance.now() - stoppedAt) / 1_000;
      if (waited >= settings.current.queue.stop_timeout_seconds) abortAll(running, new Failure('shutdown'));
    },
  });
}

function abortAll(running: Map<string, Running>, reason: Failure) {
  for (const { held } of running.values()) held.abort(reason);
}
