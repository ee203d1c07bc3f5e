import { setTimeout as wait } from 'node:timers/promises';

/** Lets bytes through at a rate that several streams may share; 0 lets everything through at once. */
export class Pace {
  readonly bytesPerSecond: number;
  /** When the next byte may go, in `performance.now()` milliseconds; written by `take` alone. */
  #free = 0;

  constructor(bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** The largest piece that still looks even: a twentieth of a second. */
  get piece(): number {
    return this.bytesPerSecond === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(this.bytesPerSecond / 20));
  }

  /** Waits until `bytes` more may go. Rejects with an `AbortError` when `signal` aborts. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.bytesPerSecond === 0) return;
    const now = performance.now();
    const start = Math.max(now, this.#free);
    this.#free = start + (bytes / this.bytesPerSecond) * 1000;
    if (start > now) await wait(start - now, undefined, { signal });
  }
}
