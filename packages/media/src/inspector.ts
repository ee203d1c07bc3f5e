import type { MediaFacts } from '@aniworld/contracts';
import { Worker } from 'node:worker_threads';
import type { Finding, Question } from './inspector-thread.ts';

/**
 * Looks into media files, one after the other, in a thread of its own: a file takes some milliseconds of computing. The
 * parser is MediaInfo. ffprobe takes a process for each file, and gives half of an MP4 or of a Matroska file its full
 * duration: it does not look where the file ends.
 */
export interface Inspector extends AsyncDisposable {
  /**
   * What is in a file.
   * @throws BadMediaError for one that is cut short or that no player takes; UnreadMediaError; InspectorEndedError; the
   *   signal's reason
   */
  inspect(path: string, signal: AbortSignal): Promise<MediaFacts>;
}

/** The file is no video that can be played. The message says why, for the user. */
export class BadMediaError extends Error {}

/** The file could not be read, which says nothing of it. */
export class UnreadMediaError extends Error {
  /** The system's, such as ENOENT. */
  readonly code: string;

  constructor({ code, message }: { code: string; message: string }) {
    super(message);
    this.code = code;
  }
}

/** The inspector was disposed of before it came to the file. */
export class InspectorEndedError extends Error {}

/** No file takes a tenth of it. One that does has found a fault in the parser. */
const HANGING_MS = 30_000;

interface Job {
  question: Question;
  settle: PromiseWithResolvers<MediaFacts>;
}

/** @param hangingMs how long one file may take */
export function startInspector({ hangingMs = HANGING_MS } = {}): Inspector {
  const jobs: Job[] = [];
  let thread: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ids = 0;
  const ask = () => {
    clearTimeout(timer);
    const [first] = jobs;
    if (!first) return;
    thread ??= startThread({ onFinding: answer, onEnd: giveUp });
    thread.postMessage(first.question);
    timer = setTimeout(() => void thread?.terminate(), hangingMs);
  };
  const answer = (finding: Finding) => {
    const { settle } = jobs.shift()!;
    if (finding.facts) settle.resolve(finding.facts);
    else settle.reject(finding.unread ? new UnreadMediaError(finding.unread) : new BadMediaError(finding.refusal));
    ask();
  };
  const giveUp = () => {
    thread = undefined;
    jobs.shift()?.settle.reject(new BadMediaError('The file can’t be read as a video: it is damaged.'));
    ask();
  };
  return {
    async inspect(path, signal) {
      signal.throwIfAborted();
      const settle = Promise.withResolvers<MediaFacts>();
      const onAbort = () => settle.reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      if (jobs.push({ question: { id: (ids += 1), path }, settle }) === 1) ask();
      return settle.promise.finally(() => signal.removeEventListener('abort', onAbort));
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      for (const { settle } of jobs.splice(0)) settle.reject(new InspectorEndedError('The inspector was ended.'));
      await thread?.terminate();
    },
  };
}

function startThread({ onFinding, onEnd }: { onFinding: (finding: Finding) => void; onEnd: () => void }): Worker {
  const thread = new Worker(new URL('./inspector-thread.ts', import.meta.url));
  // It keeps no process alive that has nothing else to do.
  thread.unref();
  thread.on('message', onFinding);
  // An error is followed by the exit.
  thread.on('error', () => undefined).on('exit', onEnd);
  return thread;
}
