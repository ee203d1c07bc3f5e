import { refusalIn } from '@aniworld/egress';
import { Failure } from '../failure.ts';
import { createBody, type WireBody } from './body.ts';
import { brokenBy, type Connection, connect, type Dial } from './connection.ts';
import { frame } from './framing.ts';
import { type Head, listOf, readHead } from './head.ts';
import { createPool, type Pool } from './pool.ts';
import { type WireRequest, writeRequest } from './request.ts';
import { slabBytes } from './slabs.ts';

export type { WireBody } from './body.ts';
export type { Dial } from './connection.ts';
export type { WireRequest } from './request.ts';

export interface WireReply {
  status: number;
  /** Names in lower case; the values of repeated fields joined with ", ". */
  headers: Record<string, string>;
  body: WireBody;
}

/** Milliseconds before something counts as gone wrong. */
export interface WirePatience {
  /** Until a connection stands, TLS included. */
  connectMs: number;
  /** From the request to the end of the reply's head. */
  headMs: number;
  /** Without a byte of the body. */
  silenceMs: number;
  /** That a connection without a request is kept. */
  idleMs: number;
}

/** HTTP/1.1 (RFC 9112) over connections that are read into their own memory, which is several times faster than through streams. */
export interface Wire extends AsyncDisposable {
  /**
   * One request and the head of its reply: no redirects, no decoding, no judging of the status. The body must be read to its
   * end or destroyed.
   * @param signal ends the request, and the body when it is still being read
   * @throws Failure: `timeout`, `network`, `bad_content` for a reply that breaks the protocol, `http_4xx` for an address that may
   * not be dialled; the signal's reason
   */
  send(url: URL, request: WireRequest, signal: AbortSignal): Promise<WireReply>;
}

const PATIENCE: WirePatience = { connectMs: 10_000, headMs: 30_000, silenceMs: 30_000, idleMs: 10_000 };

interface State {
  dial: Dial;
  patience: WirePatience;
  pool: Pool;
  /** What ends the exchanges that hold a connection, and the connections that are being made. */
  busy: Set<(reason: unknown) => void>;
  /** Why no more is sent; null while it is open. */
  closed: Failure | null;
}

interface Asked {
  url: URL;
  method: WireRequest['method'];
  text: string;
}

/** @param dial opens connections; it alone decides where to */
export function createWire(dial: Dial, patience: Partial<WirePatience> = {}): Wire {
  const state: State = {
    dial,
    patience: { ...PATIENCE, ...patience },
    pool: createPool(),
    busy: new Set(),
    closed: null,
  };
  return {
    send: (url, request, signal) => send(state, url, request, signal),
    async [Symbol.asyncDispose]() {
      const reason = (state.closed = new Failure('shutdown'));
      for (const end of state.busy) end(reason);
      state.pool[Symbol.dispose]();
    },
  };
}

async function send(state: State, url: URL, request: WireRequest, signal: AbortSignal): Promise<WireReply> {
  signal.throwIfAborted();
  if (state.closed) throw state.closed;
  const asked: Asked = { url, method: request.method, text: writeRequest(url, request) };
  const kept = state.pool.take(url.origin);
  // The origin may close a kept connection in the very moment in which it is used again (RFC 9112 section 9.3.1).
  const reply = kept && (await exchange(state, kept, asked, signal));
  if (reply) return reply;
  const opened = await open(state, url, signal);
  const first = await exchange(state, opened, asked, signal);
  if (!first) throw new Failure('network');
  return first;
}

async function open(state: State, url: URL, signal: AbortSignal): Promise<Connection> {
  const { dial, patience } = state;
  const late = new AbortController();
  const end = (reason: unknown) => late.abort(reason);
  state.busy.add(end);
  const timer = setTimeout(end, patience.connectMs, new Failure('timeout'));
  const either = AbortSignal.any([signal, late.signal]);
  try {
    return await connect(dial, url, () => slabBytes(othersOf(state)), either);
  } catch (error) {
    either.throwIfAborted();
    throw undialled(error);
  } finally {
    clearTimeout(timer);
    state.busy.delete(end);
  }
}

/** Once it is in use, a connection is counted itself. */
const othersOf = ({ busy, pool }: State) => Math.max(0, busy.size + pool.size - 1);

/** A refusal of the guard is for the user to read; everything else that a dialler throws is the network's. */
function undialled(error: unknown): Failure {
  const refusal = refusalIn(error);
  return refusal ? new Failure('http_4xx', refusal.message, { error }) : brokenBy(error);
}

/** @returns null when a kept connection was closed before the first byte of a reply */
async function exchange(
  state: State,
  connection: Connection,
  asked: Asked,
  signal: AbortSignal,
): Promise<WireReply | null> {
  const release = hold(state, connection, signal);
  const broken = (reason?: unknown) => {
    release();
    connection.destroy(reason);
  };
  const silenceMs = state.patience.silenceMs;
  try {
    connection.send(asked.text);
    const head = await readHead(connection, state.patience.headMs);
    if (!head) throw new Failure('network', 'The source closed the connection without an answer.');
    connection.uses += 1;
    const { framing, keep, dropLength } = frame(asked.method, head);
    const finished = () => {
      if (!keep) return broken();
      release();
      state.pool.put(asked.url.origin, connection, keptMs(head, state.patience.idleMs));
    };
    const body = createBody({ connection, silenceMs, finished, broken }, framing);
    if (!framing) finished();
    return { status: head.status, headers: joined(head, dropLength), body };
  } catch (error) {
    broken(error);
    const closed = error instanceof Failure && error.reason === 'network' && !connection.answered;
    if (closed && connection.uses > 0 && !signal.aborted) return null;
    throw error;
  }
}

/** While an exchange has the connection, the signal closes it. To be released as often as one likes. */
function hold(state: State, connection: Connection, signal: AbortSignal): () => void {
  const end = (reason: unknown) => connection.destroy(reason);
  const abort = () => end(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  state.busy.add(end);
  // Either may have come in the moment in which the connection was made.
  if (signal.aborted) abort();
  else if (state.closed) end(state.closed);
  return () => {
    signal.removeEventListener('abort', abort);
    state.busy.delete(end);
  };
}

/** An origin that says when it closes is believed, and a second is left for the way there. */
function keptMs(head: Head, most: number): number {
  const timeout = listOf(head, 'keep-alive').find((option) => /^timeout=\d{1,6}$/i.test(option));
  return timeout ? Math.min(most, (Number(timeout.slice(8)) - 1) * 1_000) : most;
}

function joined(head: Head, dropLength: boolean): WireReply['headers'] {
  const values = new Map<string, string>();
  for (const [name, value] of head.fields) {
    if (dropLength && name === 'content-length') continue;
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(values);
}
