import { setTimeout as wait } from 'node:timers/promises';

/** Lets bytes through at `bytesPerSecond`; 0 lets everything through at once. Time that passed unused isn't made up for. */
export class Pace {
  readonly piece: number;
  readonly #bytesPerSecond: number;
  /** When the next byte may go, in `performance.now()` milliseconds; written by `take` alone. */
  #free = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
    // Sixteen pieces a second look even to someone who watches, and cost nothing.
    this.piece = bytesPerSecond === 0 ? 65_536 : Math.max(1, Math.min(65_536, Math.floor(bytesPerSecond / 16)));
  }

  /** Waits until `bytes` more may be sent. Rejects with an `AbortError` when `signal` aborts. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === 0) return signal.throwIfAborted();
    const now = performance.now();
    const start = Math.max(now, this.#free);
    this.#free = start + (bytes / this.#bytesPerSecond) * 1000;
    await wait(start - now, undefined, { signal });
  }
}
