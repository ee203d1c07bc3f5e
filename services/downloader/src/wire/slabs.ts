/** The memory that a connection is read into: a few slabs used in turns, so that one is filled while another is emptied. */
export interface Slabs {
  /** Where the next bytes go. Never empty. */
  target(): Buffer;
  /** So many bytes were put at the target's beginning. */
  filled(count: number): void;
  /** The oldest bytes that nobody has had yet, as one piece, or null. It stays as it is until the next call. */
  take(): Buffer | null;
  /** Nothing waits to be taken. */
  readonly empty: boolean;
  /** Reading on would need a slab that is still in use. */
  readonly full: boolean;
}

interface Region {
  /** Number of the slab, counted on for ever: the memory is that of the number modulo `SLABS`. */
  slab: number;
  memory: Buffer;
  start: number;
  end: number;
}

/** Measured on loopback: with 256 KiB a gibibyte takes half as much processor time again as with 1 MiB; more wins nothing. */
const MOST_BYTES = 1024 * 1024;
const LEAST_BYTES = 256 * 1024;
/** Of all connections together, as long as they are not too many to share it. */
const BUDGET = 12 * 1024 * 1024;
/** One is written, one waits, one is filled. */
const SLABS = 3;
/** After a pause TLS still hands on what it has decrypted: one read of 64 KiB and the rest of a record before it. */
const LEAST_ROOM = 96 * 1024;

/** How large the slabs of a connection are, beside so many others. */
export function slabBytes(connections: number): number {
  const share = BUDGET / SLABS / (connections + 1);
  return Math.max(LEAST_BYTES, Math.min(MOST_BYTES, 2 ** Math.floor(Math.log2(share))));
}

/** @param wanted how large a slab should be, asked each time that one is begun: others come and go while a file is fetched */
export function createSlabs(wanted: () => number): Slabs {
  const slabs: (Buffer | undefined)[] = [];
  const ready: Region[] = [];
  let lent: Region | undefined;
  let slab = 0;
  let at = 0;
  const current = () => (slabs[slab % SLABS] ??= Buffer.allocUnsafeSlow(wanted()));
  const oldest = () => (lent ?? ready[0])?.slab ?? slab;
  const advance = () => {
    slab += 1;
    at = 0;
    const next = slabs[slab % SLABS];
    // Whoever has bytes of this slab keeps its memory; new bytes must not go there.
    if (slab - oldest() >= SLABS || (next && !suits(next.length, wanted()))) slabs[slab % SLABS] = undefined;
  };
  return {
    target: () => current().subarray(at),
    filled(count) {
      const last = ready.at(-1);
      if (last && last.slab === slab && last.end === at) last.end += count;
      else ready.push({ slab, memory: current(), start: at, end: at + count });
      at += count;
      if (current().length - at < LEAST_ROOM) advance();
    },
    take() {
      lent = ready.shift();
      return lent ? lent.memory.subarray(lent.start, lent.end) : null;
    },
    get empty() {
      return ready.length === 0;
    },
    get full() {
      return slab - oldest() >= SLABS - 1;
    },
  };
}

/** Larger than its share it is given back at once; for a little more, nothing is made anew: the old one waits for the collector. */
const suits = (bytes: number, wanted: number) => bytes <= wanted && bytes * 4 > wanted;
