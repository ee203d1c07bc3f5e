import { unreadable } from './head.ts';

/** Cuts a body out of what comes over a connection. */
export interface Framing {
  /**
   * Takes the next piece and gives the body's bytes in it, in the same memory.
   * @returns `rest`: what comes after the body's end; null before that end
   * @throws Failure
   */
  take(piece: Buffer): { data: Buffer; rest: Buffer | null };
  /** Whether the connection's end is the body's proper end. */
  readonly endsWithConnection: boolean;
}

/** 2^52: far more than any file, and exact in a number. */
const MOST_SIZE_DIGITS = 13;
/** Of one chunk's line, and of all lines after the last chunk. Nothing that is used stands there. */
const MOST_EXTENSION_BYTES = 4 * 1024;
const MOST_TRAILER_BYTES = 16 * 1024;

const CR = 13;
const LF = 10;

/**
 * ```
 *          ┌────────────────────────────────────────────────────────────────┐
 * size ──► sizeEnd ─┐                                                       │
 *   └► extension ───┴─ LF ─► data ──► dataCr ──► dataLf ────────────────────┘
 *                       └ 0 ► trailerStart ──► trailer ──► trailerLf ──► (trailerStart)
 *                                  └─ CR ──► lastLf ──► done
 * ```
 */
type Step =
  | 'size'
  | 'extension'
  | 'sizeLf'
  | 'data'
  | 'dataCr'
  | 'dataLf'
  | 'line'
  | 'trailer'
  | 'trailerLf'
  | 'lastLf'
  | 'done';

interface State {
  step: Step;
  /** Bytes of the chunk that are still to come. */
  left: number;
  digits: number;
  /** Bytes of the extension or of the trailer so far. */
  extra: number;
}

/**
 * The chunked coding (RFC 9112 section 7.1). Extensions and trailers are skipped. Lines end with CR LF and with nothing else:
 * whoever is lenient here and whoever is not read two different bodies.
 */
export function createChunked(): Framing {
  const state: State = { step: 'size', left: 0, digits: 0, extra: 0 };
  return {
    endsWithConnection: false,
    take: (piece) => take(state, piece),
  };
}

/** Chunks in one piece are moved together: one large write costs less than many small ones. */
function take(state: State, piece: Buffer): { data: Buffer; rest: Buffer | null } {
  let start = 0;
  let end = 0;
  let at = 0;
  while (at < piece.length && state.step !== 'done') {
    if (state.step !== 'data') {
      step(state, piece[at]!);
      at += 1;
      continue;
    }
    const length = Math.min(state.left, piece.length - at);
    if (start === end) start = end = at;
    else piece.copyWithin(end, at, at + length);
    at += length;
    end += length;
    state.left -= length;
    if (state.left === 0) state.step = 'dataCr';
  }
  return { data: piece.subarray(start, end), rest: state.step === 'done' ? piece.subarray(at) : null };
}

function step(state: State, byte: number): void {
  switch (state.step) {
    case 'size':
      return size(state, byte);
    case 'extension':
      return extension(state, byte);
    case 'sizeLf':
      return sizeLf(state, byte);
    case 'dataCr':
      return expect(state, byte, CR, 'dataLf');
    case 'dataLf':
      return expect(state, byte, LF, 'size');
    case 'line':
      state.step = byte === CR ? 'lastLf' : 'trailer';
      return count(state, byte, MOST_TRAILER_BYTES);
    case 'trailer':
      if (byte === CR) state.step = 'trailerLf';
      return count(state, byte, MOST_TRAILER_BYTES);
    case 'trailerLf':
      return expect(state, byte, LF, 'line');
    case 'lastLf':
      return expect(state, byte, LF, 'done');
  }
}

function size(state: State, byte: number): void {
  const digit = hexDigit(byte);
  if (digit !== -1) {
    state.left = state.left * 16 + digit;
    state.digits += 1;
    if (state.digits > MOST_SIZE_DIGITS) throw unreadable('a chunk’s size has too many digits');
    return;
  }
  if (state.digits === 0) throw unreadable('a chunk has no size');
  if (byte === CR) state.step = 'sizeLf';
  // Spaces before the extension, or before the line's end, are what some origins pad with.
  else if (byte === 0x3b || byte === 0x20 || byte === 0x09) state.step = 'extension';
  else throw unreadable('a chunk’s size is no number');
}

function extension(state: State, byte: number): void {
  if (byte === CR) state.step = 'sizeLf';
  count(state, byte, MOST_EXTENSION_BYTES);
}

function sizeLf(state: State, byte: number): void {
  expect(state, byte, LF, state.left === 0 ? 'line' : 'data');
  state.digits = 0;
  state.extra = 0;
}

function expect(state: State, byte: number, wanted: number, then: Step): void {
  if (byte !== wanted) throw unreadable('its chunks are not where they should be');
  state.step = then;
}

function count(state: State, byte: number, most: number): void {
  state.extra += 1;
  if (byte === LF || state.extra > most) throw unreadable('what stands beside its chunks is too long or broken');
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
