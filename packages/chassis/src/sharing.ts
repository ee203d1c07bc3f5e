import { setImmediate as turn } from 'node:timers/promises';

/**
 * Work that costs the same for one as for many: who comes while it runs waits for it and shares the next run. Many at once
 * cost few runs, a single one waits for nothing.
 */

/** Runs `work` for all who ask. What each gets is of a run that began after the call. */
export function sharing<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined;
  let next: Promise<Result> | undefined;
  const start = () => {
    const run = work().finally(() => {
      if (running === run) running = undefined;
    });
    running = run;
    return run;
  };
  const startNext = () => {
    next = undefined;
    return start();
  };
  return () => (running ? (next ??= running.then(startNext, startNext)) : start());
}

interface Waiting<In, Out> extends PromiseWithResolvers<Out> {
  one: In;
}

/**
 * Gathers what comes one by one for work on several.
 * @param most given to one run
 * @param work answers in the order of what it was given; where it fails, each is tried by itself, so that nobody pays for
 * another's fault
 * @param gapMs from the beginning of one run to that of the next, unless `most` wait: in a stream, fewer and larger runs
 */
export function gathering<In, Out>(
  most: number,
  work: (all: In[]) => Promise<Out[]>,
  gapMs = 0,
): (one: In) => Promise<Out> {
  const waiting: Waiting<In, Out>[] = [];
  let busy = false;
  let full: (() => void) | undefined;
  const rest = async (ms: number) => {
    if (ms <= 0 || waiting.length >= most) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    full = resolve;
    await promise;
    full = undefined;
    clearTimeout(timer);
  };
  const run = async () => {
    busy = true;
    // Those that come in the same turn of the event loop go together.
    await turn();
    while (waiting.length > 0) {
      const begun = performance.now();
      await settle(waiting.splice(0, most), work);
      await rest(gapMs - (performance.now() - begun));
    }
    busy = false;
  };
  return (one) => {
    const settled = Promise.withResolvers<Out>();
    waiting.push({ one, ...settled });
    if (waiting.length >= most) full?.();
    if (!busy) void run();
    return settled.promise;
  };
}

async function settle<In, Out>(group: Waiting<In, Out>[], work: (all: In[]) => Promise<Out[]>): Promise<void> {
  try {
    const answers = await work(group.map(({ one }) => one));
    group.forEach(({ resolve }, i) => resolve(answers[i]!));
  } catch (error) {
    if (group.length === 1) return group[0]!.reject(error);
    await Promise.all(group.map((one) => settle([one], work)));
  }
}
