import { type Bus, type Log, type Loop, loop } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import { attempt, type AttemptDeps } from './attempt.ts';
import { Failure } from './failure.ts';
import { type Held, keepLeases } from './keeper.ts';
import { emitChange } from './queue.ts';
import { claim, type Leased } from './store/lease.ts';
import { readGate } from './store/state.ts';
import { note } from './store/timeline.ts';

export interface WorkerOptions extends AttemptDeps {
  /** Downloads at once in this process; the queue's own limit over all workers stands above it. */
  slots: number;
  leaseSeconds: number;
}

export interface Worker extends Loop {
  readonly active: number;
}

interface Running {
  item: Leased;
  held: Held;
  ended: Promise<void>;
}

/**
 * Claims and runs items until disposed. It is woken by events, with a poll behind them for those that are lost. Disposal
 * claims nothing more, checkpoints what runs and gives it back.
 */
export function startWorker(options: WorkerOptions): Worker {
  const running = new Map<string, Running>();
  const keeper = keepLeases(options.db, options.leaseSeconds, options.log);
  let open = true;
  const claims = loop({
    name: 'claim',
    everyMs: 5_000,
    log: options.log,
    async run() {
      while (open && running.size < options.slots) {
        const item = await claimNext(options);
        if (!item) return;
        begin(item);
      }
    },
  });
  const begin = (item: Leased) => {
    const held = keeper.hold(item);
    const ended = attempt(options, item, held).finally(() => {
      held[Symbol.dispose]();
      running.delete(item.id);
      claims.wake();
    });
    running.set(item.id, { item, held, ended });
  };
  const stopper = watchStop(options, running);
  const listening = listen(options.bus, options.log, running, [claims, stopper]);
  return {
    wake: claims.wake,
    get active() {
      return running.size;
    },
    async [Symbol.asyncDispose]() {
      open = false;
      await listening[Symbol.asyncDispose]();
      await stopper[Symbol.asyncDispose]();
      await claims[Symbol.asyncDispose]();
      abortAll(running, new Failure('shutdown'));
      await Promise.all([...running.values()].map((entry) => entry.ended));
      await keeper[Symbol.asyncDispose]();
    },
  };
}

async function claimNext({ db, relay, worker, leaseSeconds }: WorkerOptions): Promise<Leased | undefined> {
  const item = await db.transaction().execute(async (tx) => {
    const claimed = await claim(tx, worker, leaseSeconds);
    if (!claimed) return undefined;
    await note(tx, [claimed], { what: 'claimed', worker });
    await emitChange(tx, 'started', [claimed], claimed);
    return claimed;
  });
  if (item) relay.wake();
  return item;
}

function listen(bus: Bus, log: Log, running: Map<string, Running>, wakes: Loop[]): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  const wake = () => {
    for (const one of wakes) one.wake();
  };
  stack.use(
    bus.listen(queue.changed, ({ change }) => {
      if (change?.kind === 'cancelled') {
        for (const id of change.ids) running.get(id)?.held.abort(new Failure('cancelled'));
        log.debug({ ids: change.ids }, 'cancelled');
      }
      wake();
    }),
  );
  for (const event of [queue.started, queue.resumed, queue.stopped]) stack.use(bus.listen(event, wake));
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
