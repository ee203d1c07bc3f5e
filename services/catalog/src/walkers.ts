import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { NamedFile } from './name.ts';
import type { Walked, WalkTask } from './walk.ts';

/** Threads that walk library folders, side by side: on a network disk each waits for its own answers. */
export interface Walkers extends AsyncDisposable {
  /** How many tasks can be under way; more wait. */
  threads: number;
  /** @throws the signal's reason, at once, even when the disk hangs */
  walk(task: WalkTask, signal: AbortSignal): Promise<Walked<NamedFile>>;
}

const THREADS = 2;
/** A place with a hundred thousand files takes 60 MiB; a small young generation keeps what is read for long from piling up. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };
/** A thread in a call to a disk that hangs can't be ended; the process can. */
const PATIENCE_MS = 1_000;

interface Job {
  task: WalkTask;
  settle: PromiseWithResolvers<Walked<NamedFile>>;
}

/** Threads start with the first tasks and stay until disposed. */
export function startWalkers(threads = THREADS): Walkers {
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const busy = new Map<Worker, Job>();
  const assign = () => {
    while (waiting.length > 0 && (idle.length > 0 || busy.size < threads)) {
      const worker = idle.pop() ?? start();
      const job = waiting.shift()!;
      busy.set(worker, job);
      worker.postMessage(job.task);
    }
  };
  const start = () => {
    const worker = new Worker(new URL('./walk-thread.ts', import.meta.url), { resourceLimits: LIMITS });
    worker.unref();
    let cause: unknown = new Error('A walker ended.');
    worker.on('message', (walked: Walked<NamedFile>) => {
      busy.get(worker)?.settle.resolve(walked);
      busy.delete(worker);
      idle.push(worker);
      assign();
    });
    // An error is followed by the exit.
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => {
      busy.get(worker)?.settle.reject(cause);
      busy.delete(worker);
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
      assign();
    });
    return worker;
  };
  return {
    threads,
    async walk(task, signal) {
      signal.throwIfAborted();
      const settle = Promise.withResolvers<Walked<NamedFile>>();
      const onAbort = () => settle.reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.push({ task, settle });
      assign();
      return settle.promise.finally(() => signal.removeEventListener('abort', onAbort));
    },
    async [Symbol.asyncDispose]() {
      for (const { settle } of waiting.splice(0)) settle.reject(new Error('The walkers were ended.'));
      const ended = [...idle.splice(0), ...busy.keys()].map((worker) => worker.terminate());
      await Promise.race([Promise.all(ended), delay(PATIENCE_MS, undefined, { ref: false })]);
    },
  };
}
