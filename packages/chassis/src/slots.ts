/** A counting limit: at most `size` holders at once, waiters in the order of asking. */
export interface Slots {
  /** Waits for a slot; the function that it gives back frees it (calling it twice is harmless). */
  take(): Promise<() => void>;
  readonly held: number;
  readonly waiting: number;
  /** Resolves when nothing is held. */
  idle(): Promise<void>;
}

/** Creates a limit of `size` slots. */
export function slots(size: number): Slots {
  let held = 0;
  const waiting: (() => void)[] = [];
  const idlers: (() => void)[] = [];
  const free = () => {
    const next = waiting.shift();
    if (next) return next();
    held -= 1;
    if (held === 0) for (const resolve of idlers.splice(0)) resolve();
  };
  const holder = () => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      free();
    };
  };
  return {
    async take() {
      if (held < size) held += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return holder();
    },
    get held() {
      return held;
    },
    get waiting() {
      return waiting.length;
    },
    idle: () => (held === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
}
