import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { bytesIn } from './scratch.ts';

/** Ends a child that does nothing: it may hang for ever, or wait for somebody who does. */
export interface Silence extends Disposable {
  /** Aborted with a Failure `stalled`. */
  readonly signal: AbortSignal;
  /** Something came. */
  broken(): void;
}

/** Between two looks at the folder, at most. */
const LOOK_MS = 5_000;

/**
 * Watches for a child's silence. Words are no work: what counts is bytes that come, and files that change, as they do while
 * picture and sound are put together without a word.
 * @param onWork called as work goes on without bytes
 */
export function watchSilence(folder: string, silentMs: number, onWork: () => void): Silence {
  const over = new AbortController();
  const stalled = new AbortController();
  let heard = performance.now();
  const watch = async () => {
    let bytes = -1;
    while (!over.signal.aborted) {
      await delay(Math.min(LOOK_MS, silentMs / 4), undefined, { signal: over.signal, ref: false });
      const now = await bytesIn(folder);
      if (now !== bytes) {
        heard = performance.now();
        onWork();
      }
      bytes = now;
      if (performance.now() - heard > silentMs) return stalled.abort(new Failure('stalled', SENTENCE));
    }
  };
  void watch().catch(() => undefined);
  return {
    signal: stalled.signal,
    broken: () => (heard = performance.now()),
    [Symbol.dispose]: () => over.abort(),
  };
}

const SENTENCE = 'yt-dlp did nothing any more and was ended. It is tried again by itself.';
