import { AppError } from '@aniworld/contracts';
import type { Log } from './log.ts';

export interface LoopOptions {
  name: string;
  /** Pause between two rounds in milliseconds. */
  everyMs: number;
  /** Share of the pause that is random, so that replicas don't move in step. Default 0.2. */
  jitter?: number;
  log: Log;
  /**
   * One round. An error is logged and the loop goes on: the next round comes after a second at most, and after each further error
   * the pause doubles, up to 30 s. So a loop with a long pause doesn't make a service wait long for what was away for a moment.
   */
  run: (signal: AbortSignal) => Promise<void>;
}

export interface Loop extends AsyncDisposable {
  /** Starts the next round now, or right after the running one. */
  wake(): void;
}

/** Runs something again and again until disposed. Disposal aborts the signal and waits for the running round. */
export function loop(options: LoopOptions): Loop {
  const stop = new AbortController();
  let woken = false;
  let endPause: (() => void) | undefined;
  const wake = () => {
    woken = true;
    endPause?.();
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (woken || stop.signal.aborted) return resolve();
      const timer = setTimeout(resolve, ms);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const ended = turn(options, stop.signal, async (ms) => {
    await pause(ms);
    endPause = undefined;
    woken = false;
  });
  return {
    wake,
    async [Symbol.asyncDispose]() {
      stop.abort(new Error(`${options.name} is stopping`));
      wake();
      await ended;
    },
  };
}

async function turn(options: LoopOptions, signal: AbortSignal, pause: (ms: number) => Promise<void>) {
  let errors = 0;
  while (!signal.aborted) {
    try {
      await options.run(signal);
      errors = 0;
    } catch (error) {
      if (signal.aborted) return;
      errors += 1;
      report(options, error, errors);
    }
    const base = errors === 0 ? options.everyMs : errorPause(options.everyMs, errors);
    await pause(base * (1 + (options.jitter ?? 0.2) * (Math.random() - 0.5)));
  }
}

/**
 * One line for the first failure and then ever fewer: an outage of a minute must not fill the log. That another service is
 * not there yet is usual at a start, and worth a line only when it stays so.
 */
function report({ name, log }: LoopOptions, error: unknown, errors: number): void {
  const usual = error instanceof AppError && error.code === 'UNAVAILABLE' && errors < 8;
  if ((errors & (errors - 1)) === 0) log[usual ? 'debug' : 'warn']({ err: error, loop: name, errors }, 'round failed');
}

/** Milliseconds to wait after so many errors in a row. */
export function errorPause(everyMs: number, errors: number): number {
  const first = Math.min(1_000, Math.max(100, everyMs));
  return Math.min(30_000, first * 2 ** Math.min(errors - 1, 20));
}
