import { once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Gate } from './gate.ts';
import type { OriginLog, OriginLogEntry } from './log.ts';
import type { Pace } from './pace.ts';
import type { Part, Reply } from './reply.ts';
import { SeededReader } from './seeded.ts';

/** Where a reply goes and what it has to heed. `signal` aborts when the client leaves or the origin ends. */
export type Stream = {
  socket: Socket;
  entry: OriginLogEntry;
  log: OriginLog;
  gate: Gate;
  paces: readonly Pace[];
  signal: AbortSignal;
};

type SeededPart = Extract<Part, { kind: 'seeded' }>;

/** Large enough that one core fills a loopback connection, small enough that progress is seen. */
const largestPiece = 256 * 1024;

/**
 * Writes a reply exactly as it says. Resolves with whether the connection may carry another request; when it may not, the
 * socket has been closed or reset. Rejects with an `AbortError` when `signal` aborts first.
 */
export async function send(reply: Reply, stream: Stream): Promise<boolean> {
  const { socket, entry, signal } = stream;
  if (reply.silent) await forever(signal);
  entry.status = reply.status;
  await write(socket, headOf(reply), signal);
  const whole = entry.method === 'HEAD' || (await sendBody(reply, stream));
  if (whole && reply.ending === 'keep') return true;
  if (reply.ending === 'reset') socket.resetAndDestroy();
  else socket.end();
  return false;
}

function headOf({ status, headers, chunked }: Reply): Buffer {
  const framing = chunked === undefined ? [] : [['Transfer-Encoding', 'chunked'] as const];
  const lines = [...headers, ...framing].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}\r\n`, 'latin1');
}

/** Sends all parts; says false when the reply's budget ran out before their end. */
async function sendBody(reply: Reply, stream: Stream): Promise<boolean> {
  for (const part of reply.body) {
    if (part.kind === 'stall') await forever(stream.signal);
    else if (part.kind === 'literal') await sendPiece(part.data, reply, stream);
    else if (!(await sendSeeded(part, reply, stream))) return false;
  }
  if (reply.chunked === 'whole') await write(stream.socket, Buffer.from('0\r\n\r\n'), stream.signal);
  return true;
}

async function sendSeeded({ seed, from, to }: SeededPart, reply: Reply, stream: Stream): Promise<boolean> {
  const { entry, gate, log, paces, signal } = stream;
  const reader = new SeededReader(seed, from);
  const largest = Math.min(largestPiece, ...paces.map(({ piece }) => piece));
  entry.from ??= from;
  entry.to = from;
  log.changed();
  for (let position = from; position < to; ) {
    const room = Math.min(largest, to - position, gate.next(entry.name, position) - position);
    if (room === 0) {
      await abortable(gate.passed(entry.name, position), signal);
      continue;
    }
    const length = Math.min(room, reply.budget?.left ?? room);
    if (length === 0) return false;
    if (reply.budget) reply.budget.left -= length;
    await Promise.all(paces.map((pace) => pace.take(length, signal)));
    await sendPiece(reader.next(length), reply, stream);
    position += length;
    entry.to = position;
    log.changed();
  }
  return true;
}

async function sendPiece(data: Buffer, reply: Reply, { socket, entry, signal }: Stream): Promise<void> {
  if (data.length === 0) return;
  const frame = reply.chunked === undefined ? data : chunk(data);
  await write(socket, frame, signal);
  entry.bytesSent += data.length;
}

function chunk(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
}

/** Resolves when the kernel has taken all of `data`, which is how a slow reader holds the stream back. */
async function write(socket: Socket, data: Buffer, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.write(data, (error) => (error ? reject(error) : resolve()));
  await abortable(promise, signal);
}

async function forever(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

async function abortable(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
