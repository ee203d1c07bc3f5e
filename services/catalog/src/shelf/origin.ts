import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Span, select, type Validators } from './conditions.ts';
import { loadShelf, type Shelf, type ShelfFile } from './index.ts';
import { Pace } from './pace.ts';

/** What the origin says about itself; a pino logger is one. */
export type ShelfLog = {
  debug(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** `port` 0 takes a free one; `bytesPerSecond` holds for each connection, 0 for no limit; `shelf` is the sample shelf. */
export type ShelfOriginOptions = {
  port?: number;
  host?: string;
  bytesPerSecond?: number;
  shelf?: Shelf;
  log: ShelfLog;
};

/** `url` has no trailing slash: a file is at `${url}/${file}`, the catalogue document at `${url}/index.json`. */
export type ShelfOrigin = AsyncDisposable & { url: string };

const defaultBytesPerSecond = 128 * 1024;
/** No honest request for one of these files comes near any of these limits. */
const limits = { maxHeaderSize: 8_192, headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 5_000 };
const maxConnections = 256;
/** A reader that takes nothing for this long in milliseconds is cut off, so that it can't hold a connection for ever. */
const idleTimeout = 60_000;

/**
 * Serves a shelf's files over HTTP: GET and HEAD, single ranges, strong entity tags and conditions after RFC 9110 sections 8.8,
 * 13 and 14, each connection at a pace at which progress can be watched. Only names in the shelf's index are served: a
 * request's path is looked up, never joined to a folder. Disposing ends running replies at once. Rejects when the port
 * can't be had or the shelf is damaged.
 */
export async function startShelfOrigin(options: ShelfOriginOptions): Promise<ShelfOrigin> {
  const { port = 0, host = '127.0.0.1', bytesPerSecond = defaultBytesPerSecond, log } = options;
  const shelf = options.shelf ?? (await loadShelf());
  const paces = new WeakMap<Socket, Pace>();
  const ending = new AbortController();
  const server = createServer(limits, (request, response) => {
    const pace = paces.get(request.socket) ?? new Pace(bytesPerSecond);
    paces.set(request.socket, pace);
    const left = new AbortController();
    response.once('close', () => left.abort());
    answer(request, response, shelf, pace, AbortSignal.any([left.signal, ending.signal])).catch((error: unknown) => {
      if (!left.signal.aborted && !ending.signal.aborted)
        log.error({ err: error, path: request.url }, 'shelf reply failed');
      response.destroy();
    });
    response.once('close', () => log.debug(summary(request, response), 'shelf request'));
  });
  server.maxConnections = maxConnections;
  server.setTimeout(idleTimeout);
  server.listen(port, host);
  await once(server, 'listening');
  return { url: addressOf(server), [Symbol.asyncDispose]: () => close(server, ending) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  shelf: Shelf,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  const method = request.method ?? '';
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, { allow: 'GET, HEAD' });
  const file = shelf.files.get(nameOf(request.url ?? ''));
  if (!file) return refuse(response, 404);
  const known: Validators = { etag: `"${file.sha256}"`, modified: new Date(shelf.index.updated) };
  const selection = select(method, request.headers, file.size, known);
  response.setHeader('etag', known.etag).setHeader('last-modified', known.modified.toUTCString());
  response.setHeader('accept-ranges', 'bytes').setHeader('x-content-type-options', 'nosniff');
  if (selection.kind === 'unchanged') return end(response, 304);
  if (selection.kind === 'failed') return refuse(response, 412);
  if (selection.kind === 'unsatisfiable') return refuse(response, 416, { 'content-range': `bytes */${file.size}` });
  const span = selection.kind === 'part' ? selection.span : { from: 0, to: file.size };
  if (selection.kind === 'part') response.setHeader('content-range', `bytes ${span.from}-${span.to - 1}/${file.size}`);
  response.setHeader('content-type', file.type).setHeader('content-length', span.to - span.from);
  response.statusCode = selection.kind === 'part' ? 206 : 200;
  if (method === 'HEAD') return end(response, response.statusCode);
  await sendSpan(response, file, span, pace, signal);
}

/** The name in the index that a request target stands for; an absolute-form target is as good (RFC 9112 section 3.2.2). */
function nameOf(target: string): string {
  return URL.parse(target, 'http://shelf')?.pathname.slice(1) ?? '';
}

async function sendSpan(
  response: ServerResponse,
  file: ShelfFile,
  span: Span,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  await using handle = await open(file.path, 'r');
  for (let position = span.from; position < span.to; ) {
    const piece = await read(handle, position, Math.min(pace.piece, span.to - position));
    await pace.take(piece.length, signal);
    position += piece.length;
    if (!response.write(piece)) await once(response, 'drain', { signal });
  }
  response.end();
}

async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
  // The length has been promised already: a file that shrank meanwhile must end the connection, not the body.
  if (bytesRead === 0) throw new Error(`the file ends before byte ${position}`);
  return buffer.subarray(0, bytesRead);
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // A refused request may carry a body that nobody reads, so its connection isn't used again.
  if (status === 405) response.setHeader('connection', 'close');
  response.setHeader('content-length', 0);
  end(response, status);
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}

function summary(request: IncomingMessage, response: ServerResponse): object {
  return { method: request.method, path: request.url, range: request.headers.range, status: response.statusCode };
}

function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function close(server: Server, ending: AbortController): Promise<void> {
  ending.abort();
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
