import { Worker } from 'node:worker_threads';
import type { Answer, Order } from './digest-thread.ts';
import { Failure } from './failure.ts';
import { type Algorithm, createHashes, type Digests, type Hashes } from './hashes.ts';

/**
 * Hashes files while they are fetched. A thread of its own reads what was written, which is still in memory then, as far as
 * the file is whole from its beginning. When the last byte comes, little is left to read: a file that came in order needs no
 * further pass, and one that did not needs one pass for all its checksums.
 */
export interface Digester extends AsyncDisposable {
  follow(path: string, wanted: readonly Algorithm[]): Following;
}

export interface Following extends Disposable {
  /** What was just written, and where: a small file is hashed from memory and not read again. */
  wrote(bytes: Buffer, at: number): void;
  /** The file is whole up to there and won't be written there again; less than before: it was begun anew. */
  reach(upTo: number): void;
  /**
   * The digests of the whole file.
   * @param onProgress called now and then while it is read
   * @throws Failure when the file is shorter; the signal's reason
   */
  finish(size: number, onProgress: () => void, signal: AbortSignal): Promise<Digests>;
}

/** Hashed in the main thread: a tenth of a millisecond, which is less than to wake the other one. */
const SMALL = 256 * 1024;
/** The thread is told of no less than this. */
const STEP = 1024 * 1024;

interface Waiting {
  settle: PromiseWithResolvers<Digests>;
  onProgress: () => void;
}

export function startDigester(): Digester {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let ids = 0;
  const order = (one: Order) => {
    thread ??= startThread(waiting, () => (thread = undefined));
    thread.postMessage(one);
  };
  return {
    follow(path, wanted) {
      const id = (ids += 1);
      let known = false;
      const tell = (one: Order) => {
        if (!known) order({ kind: 'open', id, path, wanted });
        known = true;
        order(one);
      };
      return following({ id, wanted, tell, isKnown: () => known }, waiting);
    },
    async [Symbol.asyncDispose]() {
      await thread?.terminate();
    },
  };
}

function startThread(waiting: Map<number, Waiting>, onEnd: () => void): Worker {
  const thread = new Worker(new URL('./digest-thread.ts', import.meta.url));
  // Work that is left keeps the process by itself.
  thread.unref();
  thread.on('message', (answer: Answer) => {
    const one = waiting.get(answer.id);
    if (answer.kind === 'progress') one?.onProgress();
    else if (answer.kind === 'done') one?.settle.resolve(answer.digests);
    else one?.settle.reject(new Failure('internal', `The file could not be read again: ${answer.message}`));
  });
  const ended = (error: unknown) => {
    onEnd();
    for (const { settle } of waiting.values()) settle.reject(new Failure('internal', undefined, { error }));
  };
  thread.on('error', ended).on('exit', ended);
  return thread;
}

interface Followed {
  id: number;
  wanted: readonly Algorithm[];
  /** Tells the thread, which hears of the file with the first order. */
  tell: (order: Order) => void;
  isKnown: () => boolean;
}

function following({ id, wanted, tell, isKnown }: Followed, waiting: Map<number, Waiting>): Following {
  let told = 0;
  /** Of the beginning, as long as it comes in order and is small; null: the thread has to do it. */
  let small: Hashes | null = createHashes(wanted);
  return {
    wrote(bytes, at) {
      if (!small) return;
      if (at === small.hashed && at + bytes.length <= SMALL) small.update(bytes);
      else small = null;
    },
    reach(upTo) {
      if (upTo === 0) small = createHashes(wanted);
      if (upTo < told) tell({ kind: 'restart', id });
      else if (upTo < told + STEP) return;
      told = upTo;
      if (upTo > 0) tell({ kind: 'reach', id, upTo });
    },
    async finish(size, onProgress, signal) {
      signal.throwIfAborted();
      if (small && small.hashed === size && size > 0) return small.digests();
      const settle = Promise.withResolvers<Digests>();
      waiting.set(id, { settle, onProgress });
      const abort = () => settle.reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      tell({ kind: 'finish', id, size });
      try {
        return await settle.promise;
      } finally {
        signal.removeEventListener('abort', abort);
        waiting.delete(id);
      }
    },
    [Symbol.dispose]: () => isKnown() && tell({ kind: 'close', id }),
  };
}
