import { Failure } from '../failure.ts';

/** Below a minute, so that the slot is free when the minute is over. */
const WINDOW_SECONDS = 50;

/** Ends a download that is too slow: one that gives a byte now and then is never silent, and would hold its slot for ever. */
export interface Watchdog extends Disposable {
  /** Aborted with a Failure `stalled`. */
  readonly signal: AbortSignal;
  /** Bytes came. */
  fed(bytes: number): void;
  /** The download is held back by ourselves until this resolves: that time says nothing about the source. */
  heldBack(until: Promise<unknown>): void;
}

/** @param least bytes per second, 0 for none; `everyMs` is what counts as a second */
export function watchSpeed(least: number, everyMs = 1_000): Watchdog {
  const slow = new AbortController();
  const seconds: number[] = [];
  let bytes = 0;
  let [holding, wasHeld] = [0, false];
  const tick = () => {
    if (!wasHeld) seconds.push(bytes);
    [bytes, wasHeld] = [0, holding > 0];
    if (seconds.length < WINDOW_SECONDS) return;
    const sum = seconds.reduce((all, one) => all + one, 0);
    if (sum < least * WINDOW_SECONDS) {
      const speed = Math.floor(sum / WINDOW_SECONDS);
      slow.abort(new Failure('stalled', `Only ${speed} bytes a second came. It is tried again by itself.`));
    }
    seconds.shift();
  };
  const timer = least > 0 ? setInterval(tick, everyMs) : undefined;
  return {
    signal: slow.signal,
    fed: (more) => (bytes += more),
    heldBack(until) {
      [holding, wasHeld] = [holding + 1, true];
      void until.finally(() => (holding -= 1)).catch(() => undefined);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
