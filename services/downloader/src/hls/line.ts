import type { FileHandle } from 'node:fs/promises';

/**
 * Writes to a file in the order of numbers what many fetch at the same time.
 *
 * Whose turn it is writes as its bytes come; the others hold theirs in memory, up to a limit for all together, and then
 * wait for their turn. So memory is bounded, and the one at the head never waits for the others.
 */
export class Line {
  readonly #handle: Pick<FileHandle, 'write'>;
  readonly #waiting = new Map<number, () => void>();
  readonly #mostHeld: number;
  #head: number;

  /** Where the one whose turn it is begins. Written by its pen. */
  position: number;
  /** Bytes that are in memory. Written by all pens. */
  held = 0;

  /** @param head number whose turn is first; @param position where in the file it writes */
  constructor(handle: Pick<FileHandle, 'write'>, at: { head: number; position: number }, mostHeld: number) {
    this.#handle = handle;
    this.#mostHeld = mostHeld;
    this.#head = at.head;
    this.position = at.position;
  }

  pen(number: number): Pen {
    return new Pen(this, number);
  }

  isTurnOf(number: number): boolean {
    return this.#head === number;
  }

  isFull(bytes: number): boolean {
    return this.held + bytes > this.#mostHeld;
  }

  /** Resolves when all numbers before have left. */
  async turnOf(number: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#head === number) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiting.set(number, resolve);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Passes the turn on to the next number. */
  pass(): void {
    this.#head += 1;
    this.#waiting.get(this.#head)?.();
    this.#waiting.delete(this.#head);
  }

  /** @param offset behind `position` */
  async put(piece: Buffer, offset: number): Promise<void> {
    for (let at = 0; at < piece.length; ) {
      const { bytesWritten } = await this.#handle.write(piece, at, piece.length - at, this.position + offset + at);
      at += bytesWritten;
    }
  }
}

/** What writes the bytes of one number. */
export class Pen implements Disposable {
  readonly #line: Line;
  readonly #number: number;
  #pieces: Buffer[] = [];
  #written = 0;

  constructor(line: Line, number: number) {
    this.#line = line;
    this.#number = number;
  }

  /** Forgets what was written of this number: it is fetched from its beginning again. */
  begin(): void {
    this.#drop();
    this.#written = 0;
  }

  /** To be asked before a write: waits for the turn when so many bytes more can't be held. */
  async room(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#line.isFull(bytes)) await this.#line.turnOf(this.#number, signal);
  }

  /** The piece's memory may be used again afterwards. */
  async write(piece: Buffer): Promise<void> {
    if (this.#line.isTurnOf(this.#number)) {
      await this.#putHeld();
      await this.#put(piece);
    } else {
      this.#pieces.push(Buffer.from(piece));
      this.#line.held += piece.length;
    }
  }

  turn(signal: AbortSignal): Promise<void> {
    return this.#line.turnOf(this.#number, signal);
  }

  /** Writes what is held, on its turn; the next one begins behind it. @returns bytes of this number */
  async end(): Promise<number> {
    await this.#putHeld();
    this.#line.position += this.#written;
    return this.#written;
  }

  leave(): void {
    this.#line.pass();
  }

  [Symbol.dispose](): void {
    this.#drop();
  }

  async #putHeld(): Promise<void> {
    if (this.#pieces.length === 0) return;
    const all = Buffer.concat(this.#pieces);
    this.#drop();
    await this.#put(all);
  }

  async #put(piece: Buffer): Promise<void> {
    await this.#line.put(piece, this.#written);
    this.#written += piece.length;
  }

  #drop(): void {
    for (const piece of this.#pieces) this.#line.held -= piece.length;
    this.#pieces = [];
  }
}
