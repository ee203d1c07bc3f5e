import type { Source } from '@aniworld/contracts';
import { Failure } from '../failure.ts';
import type { Part } from '../part.ts';
import type { WireReply } from '../wire/wire.ts';
import type { Fetched, FetchJob } from './engine.ts';
import { strong } from './entity.ts';
import { LOOKED_AT, refusePage } from './impostor.ts';
import { addRange } from './ranges.ts';
import { get } from './request.ts';
import { watchSpeed, type Watchdog } from './watchdog.ts';

/** A link must have brought so much before a new one is asked for: one that never worked is no expired one. */
const LEAST_OF_LINK = 64 * 1024;

/** What was fetched can't be gone on with. */
export class Restart extends Error {
  /** The file's beginning, when the origin sent it in place of what was asked for. */
  readonly whole: WireReply | null;
  /** What this origin answers to ranges can't be trusted: the file is asked for as a whole. */
  readonly plain: boolean;
  /** Only this part was not given. What others bring of the same file is as good as before. */
  readonly refused: boolean;

  constructor(why: string, about: Partial<Pick<Restart, 'whole' | 'plain' | 'refused'>> = {}) {
    super(why);
    this.whole = about.whole ?? null;
    this.plain = about.plain ?? false;
    this.refused = about.refused ?? false;
  }
}

/** One try at a file: what is known and held of it. Its methods are the only ones to change it. */
export class Transfer implements Disposable {
  readonly job: FetchJob;
  /** Ended by the caller, or by too little speed. */
  readonly signal: AbortSignal;
  readonly watchdog: Watchdog;
  fetched: Fetched;
  /** Where the file is now: another object after each renewal. */
  source: Source;
  /** After a renewal the validators of the old link mean nothing; the size and the bytes themselves must be the same. */
  renewed = false;
  plain = false;
  /** Content-Type of the reply that began the file. */
  #type: string | undefined;
  /** The file's first bytes, until they were judged. */
  #head: Buffer | null = Buffer.alloc(0);
  /** The last bytes of the piece that reached furthest. */
  #tail: { bytes: Buffer; end: number } | null = null;
  /** Bytes written in this try, and of these those that the link in use brought. */
  received = 0;
  #fromLink = 0;
  #renewing: Promise<Source> | undefined;

  constructor(job: FetchJob, signal: AbortSignal) {
    this.job = job;
    this.source = job.source;
    this.fetched = usable(job.start) ? job.start : NOTHING;
    this.watchdog = watchSpeed(job.leastBytesPerSecond);
    this.signal = AbortSignal.any([signal, this.watchdog.signal]);
  }

  /** Asks for bytes `[start, end)` of the file as it is known, or for the whole of it. */
  ask(range: { start: number; end: number | null } | undefined, signal: AbortSignal): Promise<WireReply> {
    const ifRange = this.renewed ? null : strong(this.fetched.validator);
    const { url, headers } = this.source;
    return get(this.job.wire, url, { headers, ...(range && { range, ifRange }) }, signal);
  }

  /** Begins the file anew: nothing of it is held any more. */
  async begin({ validator, total }: Pick<Fetched, 'validator' | 'total'>, type: string | undefined): Promise<void> {
    this.fetched = { validator, total, ranges: [] };
    this.renewed = false;
    this.#type = type;
    this.#head = Buffer.alloc(0);
    this.#tail = null;
    await this.job.onWritten(this.fetched, 0);
  }

  async forget(): Promise<void> {
    await this.begin(NOTHING, undefined);
  }

  /** The same file, known by what its link says now. */
  recognise({ validator, total }: Pick<Fetched, 'validator' | 'total'>): void {
    this.fetched = { ...this.fetched, validator, total };
    this.renewed = false;
  }

  /** Writes bytes to their place, once they may pass. */
  async write(bytes: Buffer, at: number, signal: AbortSignal): Promise<void> {
    if (bytes.length === 0) return;
    if (this.#head !== null && at === this.#head.length) this.#look(bytes);
    const wait = this.job.passes(bytes.length, signal);
    if (wait) {
      this.watchdog.heldBack(wait);
      await wait;
      signal.throwIfAborted();
    }
    await writeAll(this.job.part, bytes, at);
    this.fetched = { ...this.fetched, ranges: addRange(this.fetched.ranges, at, at + bytes.length) };
    this.received += bytes.length;
    this.#fromLink += bytes.length;
    this.watchdog.fed(bytes.length);
    this.#keepTail(bytes, at);
    await this.job.onWritten(this.fetched, bytes.length, { bytes, at });
  }

  /** Judges the first bytes when the file ended before there were enough of them. */
  judgeHead(): void {
    if (this.#head === null || this.#head.length === 0) return;
    refusePage(this.#type, this.#head);
    this.#head = null;
  }

  /**
   * Gets a new link for one that was refused; all who were refused get the same one.
   * @returns false when a new one would not help: the old one never worked
   */
  async renew(refused: Source): Promise<boolean> {
    if (this.source !== refused) return true;
    if (this.#fromLink < LEAST_OF_LINK && this.#renewing === undefined) return false;
    this.#renewing ??= this.job.resolveAgain().finally(() => (this.#renewing = undefined));
    const source = await this.#renewing;
    if (this.source === refused) {
      if (source.engine !== refused.engine) throw new Failure('network', 'The source has changed its kind.');
      this.source = source === refused ? { ...source } : source;
      this.renewed = true;
      this.#fromLink = 0;
    }
    return true;
  }

  [Symbol.dispose](): void {
    this.watchdog[Symbol.dispose]();
  }

  /** The end of the file, as long as `LOOKED_AT` or the file. */
  async readTail(size: number): Promise<Buffer> {
    const length = Math.min(size, LOOKED_AT);
    if (this.#tail?.end === size && this.#tail.bytes.length === length) return this.#tail.bytes;
    const { buffer, bytesRead } = await this.job.part.handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  }

  #keepTail(bytes: Buffer, at: number): void {
    const end = at + bytes.length;
    if (this.#tail && end < this.#tail.end) return;
    // The piece's memory is used again.
    this.#tail = { bytes: Buffer.from(bytes.subarray(-LOOKED_AT)), end };
  }

  #look(bytes: Buffer): void {
    this.#head = Buffer.concat([this.#head!, bytes.subarray(0, LOOKED_AT - this.#head!.length)]);
    if (this.#head.length >= LOOKED_AT) this.judgeHead();
  }
}

const NOTHING: Fetched = { validator: null, total: null, ranges: [] };

/** A disk that is nearly full takes a part of a write without an error. */
async function writeAll({ handle }: Part, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}

/** Without a size, only a strong validator can find the same file again. */
function usable({ validator, total, ranges }: Fetched): boolean {
  return ranges.length > 0 && (total !== null || strong(validator) !== null);
}
