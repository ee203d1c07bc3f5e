import { Worker } from 'node:worker_threads';
import { type FeedDocument, readFeed } from './document.ts';

/** About 25 ms of parsing. Larger documents would stop everything else: 16 MB take six seconds. */
const INLINE_CHARACTERS = 64 * 1_024;

/**
 * Reads a feed, a large one in a thread of its own with bounded memory, which the signal ends wherever it is.
 * @throws when the text is neither RSS nor Atom, and the signal's reason when it aborts
 */
export async function parseFeedText(text: string, base: string, signal: AbortSignal): Promise<FeedDocument> {
  signal.throwIfAborted();
  if (text.length <= INLINE_CHARACTERS) return readFeed(text, base);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { text, base },
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  try {
    return await answerOf(worker, signal);
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, signal: AbortSignal): Promise<FeedDocument> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the feed's thread ended with ${code}`)));
  });
}
