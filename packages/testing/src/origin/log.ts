/**
 * One request to the origin. `at` and `endedAt` are milliseconds since the epoch; `from` and `to` bound the bytes of the file
 * that have been sent so far, `bytesSent` counts every byte of the body. A byte counts as sent once the kernel has it, so up
 * to a socket buffer more than the client read.
 *
 * `outcome`: `open` until the reply is out, then `sent` as the behaviour wanted it (also when that was a cut), or `left` when
 * the client was gone first.
 */
export type OriginLogEntry = {
  readonly at: number;
  readonly connection: number;
  readonly nth: number;
  readonly method: string;
  readonly name: string;
  readonly target: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly headers: ReadonlyMap<string, string>;
  status: number | undefined;
  from: number | undefined;
  to: number | undefined;
  bytesSent: number;
  outcome: 'open' | 'sent' | 'left';
  endedAt: number | undefined;
};

type Waiter = { test: () => boolean; resolve: () => void; reject: (error: Error) => void };

/** All requests since the origin started, in the order of their coming; written by the origin alone. */
export class OriginLog {
  readonly entries: OriginLogEntry[] = [];
  readonly #waiters = new Set<Waiter>();

  /** The requests for one file. */
  of(name: string): OriginLogEntry[] {
    return this.entries.filter((entry) => entry.name === name);
  }

  /** Body bytes sent for a file, over all its requests. */
  bytesSent(name: string): number {
    return this.of(name).reduce((sum, entry) => sum + entry.bytesSent, 0);
  }

  /** Bytes of a file that were sent more than once: 0 when every resume went on where the last one stopped. */
  refetched(name: string): number {
    const spans = this.of(name)
      .map(({ from = 0, to = 0 }) => ({ from, to }))
      .sort((a, b) => a.from - b.from);
    let [reached, twice] = [0, 0];
    for (const { from, to } of spans) {
      twice += Math.max(0, Math.min(reached, to) - from);
      reached = Math.max(reached, to);
    }
    return twice;
  }

  /** The most requests that were open at the same time, over all files or for one. */
  peak(name?: string): number {
    const entries = name === undefined ? this.entries : this.of(name);
    const edges = entries.flatMap(({ at, endedAt }) => [
      [at, 1] as const,
      [endedAt ?? Number.POSITIVE_INFINITY, -1] as const,
    ]);
    edges.sort(([a, up], [b, down]) => a - b || up - down);
    let [open, most] = [0, 0];
    for (const [, step] of edges) most = Math.max(most, (open += step));
    return most;
  }

  /**
   * Resolves as soon as `test` holds, looking again at every request, piece and end. Rejects when `signal` aborts or the
   * origin is disposed.
   */
  async until(test: (log: this) => boolean, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (test(this)) return;
    await new Promise<void>((resolve, reject) => {
      const waiter = { test: () => test(this), resolve, reject };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', () => this.#drop(waiter, signal.reason as Error), { once: true });
    });
  }

  /** Called by the origin after each change. */
  changed(): void {
    for (const waiter of this.#waiters) {
      if (!waiter.test()) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /** Called by the origin when it ends. */
  close(): void {
    for (const waiter of this.#waiters) this.#drop(waiter, new Error('the origin was disposed'));
  }

  #drop(waiter: Waiter, reason: Error): void {
    this.#waiters.delete(waiter);
    waiter.reject(reason);
  }
}
