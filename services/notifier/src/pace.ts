/** Lets live messages through at most once in a while for each key; of those in between the newest is kept and sent then. */
export interface Pace<T> extends Disposable {
  offer(key: string, value: T): void;
  /** Throws away what waits: something later has been said. */
  forget(key: string): void;
}

/** @param gapMs least time between two values of a key, in milliseconds */
export function createPace<T>(gapMs: number, give: (value: T) => void): Pace<T> {
  const resting = new Map<string, { timer: NodeJS.Timeout; waiting: { value: T } | null }>();
  const pass = (key: string, value: T) => {
    resting.set(key, { timer: setTimeout(next, gapMs, key), waiting: null });
    give(value);
  };
  const next = (key: string) => {
    const waiting = resting.get(key)?.waiting;
    resting.delete(key);
    if (waiting) pass(key, waiting.value);
  };
  return {
    offer(key, value) {
      const rest = resting.get(key);
      if (rest) rest.waiting = { value };
      else pass(key, value);
    },
    forget(key) {
      const rest = resting.get(key);
      if (rest) rest.waiting = null;
    },
    [Symbol.dispose]() {
      for (const { timer } of resting.values()) clearTimeout(timer);
      resting.clear();
    },
  };
}
