import type { Socket } from 'node:net';
import type { Gate } from './gate.ts';
import { type RequestHead, readHeads } from './head.ts';
import { entityOf, honest } from './honest.ts';
import type { OriginLog, OriginLogEntry } from './log.ts';
import { Pace } from './pace.ts';
import { type Behaviour, compose, literal, type OriginFile, type OriginRequest, type Reply } from './reply.ts';
import { send } from './send.ts';

/** A registered file: `pace` is shared by its streams, `requests` counts them, `signature` its renewals, `cut` ends them. */
export type FileState = { file: OriginFile; pace: Pace; requests: number; signature: number; cut: AbortController };

/** What all connections of an origin share; `ending` aborts when it is disposed. */
export type Running = { files: Map<string, FileState>; log: OriginLog; gate: Gate; ending: AbortSignal };

/** `caps` holds this connection's own pace for each file that has one. */
type Connection = { id: number; socket: Socket; caps: Map<string, Pace>; signal: AbortSignal; running: Running };

/** Answers the requests of one connection, one after the other, until either side has had enough. Never rejects. */
export async function serveConnection(socket: Socket, id: number, running: Running): Promise<void> {
  const left = new AbortController();
  // A client that is killed resets its connections; that is its way of leaving, not an error of the origin's.
  socket.on('error', () => left.abort()).once('close', () => left.abort());
  const signal = AbortSignal.any([left.signal, running.ending]);
  const connection: Connection = { id, socket, caps: new Map(), signal, running };
  for await (const head of readHeads(socket)) {
    if (!(await serveRequest(head, connection))) return;
    if (head.lastOne) break;
  }
  socket.end();
}

/** Says whether the connection may carry another request. */
async function serveRequest(head: RequestHead, connection: Connection): Promise<boolean> {
  const { id, socket } = connection;
  const { files, log, gate } = connection.running;
  const { name, query } = parseTarget(head.target);
  const state = files.get(name);
  if (state) state.requests += 1;
  const signal = state ? AbortSignal.any([connection.signal, state.cut.signal]) : connection.signal;
  const request: OriginRequest = { ...head, name, query, nth: state?.requests ?? 1, connection: id };
  const entry = enter(log, request, head.target);
  const reply = answer(request, state?.file);
  try {
    const paces = state ? pacesOf(state, connection, reply) : [];
    const kept = await send(reply, { socket, entry, log, gate, paces, signal });
    entry.outcome = 'sent';
    return kept;
  } catch {
    // The client left, or the origin ends, and either has closed the socket; or the file is cut.
    entry.outcome = connection.signal.aborted ? 'left' : 'sent';
    socket.destroy();
    return false;
  } finally {
    entry.endedAt = now();
    log.changed();
  }
}

function answer(request: OriginRequest, file: OriginFile | undefined): Reply {
  if (!file) return literal(404, 'text/plain', 'no such file\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return literal(405, 'text/plain', 'GET or HEAD\n');
  const behaviours: readonly Behaviour[] = [file.behaviour ?? []].flat();
  try {
    return compose(behaviours, honest)({ request, entity: entityOf(file) });
  } catch (error) {
    return literal(500, 'text/plain', `a behaviour of the origin failed: ${String(error)}\n`);
  }
}

function pacesOf({ file, pace }: FileState, { caps }: Connection, { bytesPerSecond }: Reply): Pace[] {
  const cap = caps.get(file.name) ?? new Pace(file.perConnectionCap ?? 0);
  caps.set(file.name, cap);
  return [pace, cap, new Pace(bytesPerSecond ?? 0)];
}

function enter(log: OriginLog, request: OriginRequest, target: string): OriginLogEntry {
  const { connection, nth, method, name, headers } = request;
  const [range, ifRange] = [headers.get('range'), headers.get('if-range')];
  const asked = { at: now(), connection, nth, method, name, target, range, ifRange, headers };
  const sent = { status: undefined, from: undefined, to: undefined, bytesSent: 0, endedAt: undefined };
  const entry: OriginLogEntry = { ...asked, ...sent, outcome: 'open' };
  log.entries.push(entry);
  log.changed();
  return entry;
}

function parseTarget(target: string): { name: string; query: URLSearchParams } {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  try {
    return { name: decodeURIComponent(path.slice(1)), query: new URLSearchParams(query) };
  } catch {
    return { name: path, query: new URLSearchParams() };
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
