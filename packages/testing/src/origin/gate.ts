type Hold = { offset: number; released: Promise<void>; release: () => void };

/** Where streams of each file stop: a stream that comes to a held offset waits there, with all bytes before it sent. */
export class Gate {
  readonly #holds = new Map<string, Hold[]>();

  hold(name: string, offset: number): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const holds = this.#holds.get(name) ?? [];
    this.#holds.set(name, [...holds, { offset, released: promise, release: resolve }]);
  }

  /** Opens the holds of a file, all of them or those at one offset. */
  release(name: string, offset?: number): void {
    const holds = this.#holds.get(name) ?? [];
    const opened = holds.filter((hold) => offset === undefined || hold.offset === offset);
    this.#holds.set(
      name,
      holds.filter((hold) => !opened.includes(hold)),
    );
    for (const hold of opened) hold.release();
  }

  /** The offset before which a stream that stands at `position` may go on without asking again. */
  next(name: string, position: number): number {
    const ahead = (this.#holds.get(name) ?? []).filter(({ offset }) => offset >= position);
    return Math.min(Number.POSITIVE_INFINITY, ...ahead.map(({ offset }) => offset));
  }

  /** Resolves when nothing holds the file at `position` any more. */
  async passed(name: string, position: number): Promise<void> {
    const here = (this.#holds.get(name) ?? []).filter(({ offset }) => offset === position);
    await Promise.all(here.map(({ released }) => released));
  }
}
