import type { OnReadOpts, Socket } from 'node:net';
import { Failure, failureRules } from '../failure.ts';
import { createSlabs, type Slabs } from './slabs.ts';

/**
 * Opens a connection to a URL's origin, TLS included.
 * @param onread called with the bytes as `net.connect` does it; nothing comes as `data`
 */
export type Dial = (url: URL, signal: AbortSignal, onread: OnReadOpts) => Promise<Socket>;

/** How long to wait, and what it is called when nothing came. */
export interface Patience {
  ms: number;
  cause: 'timeout' | 'stalled';
}

/** An open connection, read piece by piece. */
export interface Connection {
  /** Replies read from it so far. */
  uses: number;
  /** It is open, and nothing came that nobody asked for. */
  readonly usable: boolean;
  /** Bytes came since the last `send`. */
  readonly answered: boolean;
  send(text: string): void;
  /** The reply was read. Whatever comes before the next `send` closes the connection, because it answers nothing. */
  rest(): void;
  /**
   * What came next; its memory is used again after the next call. Reading goes on meanwhile, as long as there is memory.
   * @returns null at the end of the stream; @throws Failure, or what `destroy` was given
   */
  next(patience: Patience): Promise<Buffer | null>;
  /** Puts back the end of the last piece, to be the next one. */
  unread(rest: Buffer): void;
  /** Closes it. Whoever waits gets the reason. Safe at any time. */
  destroy(reason?: unknown): void;
}

interface State {
  slabs: Slabs;
  socket: Socket | undefined;
  /** The end of the last piece, put back. */
  held: Buffer | null;
  /** Why no more comes: the stream's end, or an error. `atOnce`: not even what has come already. */
  end: { reason: unknown; atOnce: boolean } | 'ended' | null;
  answered: boolean;
  resting: boolean;
  paused: boolean;
  /** Called when something came or ended while somebody waits. */
  wake: (() => void) | null;
}

/**
 * @param slabBytes how large the slabs should be that it is read into, at any time
 * @throws the dialler's own error
 */
export async function connect(dial: Dial, url: URL, slabBytes: () => number, signal: AbortSignal): Promise<Connection> {
  const state: State = {
    slabs: createSlabs(slabBytes),
    socket: undefined,
    held: null,
    end: null,
    answered: false,
    resting: false,
    paused: false,
    wake: null,
  };
  const socket = await dial(url, signal, reader(state));
  socket.setNoDelay(true);
  follow(socket, state);
  return createConnection(socket, state);
}

/** Node reads into the memory that `buffer` gives it and stops when `callback` says false. */
function reader(state: State): OnReadOpts {
  return {
    buffer: () => state.slabs.target(),
    callback: (bytes) => {
      arrived(state, bytes);
      return !state.paused;
    },
  };
}

function arrived(state: State, bytes: number) {
  state.slabs.filled(bytes);
  state.answered = true;
  state.paused = state.slabs.full;
  if (state.resting) state.socket?.destroy();
  wakeSoon(state);
}

// Not at once: more reads may follow in this turn of the event loop, and larger pieces cost fewer calls.
function wakeSoon(state: State) {
  if (!state.wake) return;
  setImmediate(state.wake);
  state.wake = null;
}

function follow(socket: Socket, state: State) {
  const ended = (end: State['end']) => {
    state.end ??= end;
    wakeSoon(state);
  };
  state.socket = socket;
  socket.on('error', (error) => ended({ reason: brokenBy(error), atOnce: false }));
  socket.on('end', () => ended('ended'));
  socket.on('close', () => ended({ reason: brokenBy(null), atOnce: false }));
  // Without this, the end of the stream is never told.
  socket.resume();
  if (socket.destroyed) ended({ reason: brokenBy(null), atOnce: false });
}

function createConnection(socket: Socket, state: State): Connection {
  return {
    uses: 0,
    get usable() {
      return state.end === null && state.held === null && state.slabs.empty;
    },
    get answered() {
      return state.answered;
    },
    send(text) {
      state.answered = false;
      state.resting = false;
      socket.write(text, 'latin1');
    },
    rest() {
      state.resting = true;
    },
    next: (patience) => next(state, patience),
    unread(rest) {
      state.held = rest.length > 0 ? rest : null;
    },
    destroy(reason) {
      state.end = { reason: reason ?? brokenBy(null), atOnce: true };
      socket.destroy();
      wakeSoon(state);
    },
  };
}

async function next(state: State, patience: Patience): Promise<Buffer | null> {
  for (;;) {
    if (typeof state.end === 'object' && state.end?.atOnce) throw state.end.reason;
    const piece = state.held ?? state.slabs.take();
    state.held = null;
    if (state.paused && !state.slabs.full) {
      state.paused = false;
      state.socket?.resume();
    }
    if (piece) return piece;
    if (state.end === 'ended') return null;
    if (state.end) throw state.end.reason;
    await waited(state, patience);
  }
}

function waited(state: State, { ms, cause }: Patience): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    if (!state.wake) return;
    state.wake = null;
    reject(new Failure(cause));
  }, ms);
  state.wake = () => {
    clearTimeout(timer);
    resolve();
  };
  return promise;
}

/** What a broken connection is called. Only a connection's own errors come here, so that all of them are the network's. */
export function brokenBy(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ETIMEDOUT') return new Failure('timeout', undefined, { error });
  return new Failure('network', code ? `${failureRules.network.sentence} (${code})` : undefined, { error });
}
