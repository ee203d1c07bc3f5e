import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Egress } from './egress.ts';
import { type RefusedError, refusalIn } from './refusal.ts';

/**
 * An HTTP proxy on the loopback for a program that fetches by itself: it reaches what the guard allows and nothing else, as
 * long as it is told to use no other way.
 */
export interface FilteringProxy extends AsyncDisposable {
  /** With a user and a password made for this proxy, so that other users of the machine can't use it. */
  readonly url: string;
}

export interface FilteringProxyOptions {
  /** Connections at once. */
  most?: number;
  /** Called for each target that was refused: the program itself will only say that its proxy said no. */
  onRefused?: (error: RefusedError) => void;
}

const MOST_CONNECTIONS = 64;
const HEAD_MS = 10_000;
/** Of one connection, and not of the next (RFC 9110 section 7.6.1); `expect` and `host` are written anew. */
const HOP_BY_HOP = /^(connection|proxy-.*|keep-alive|te|trailer|transfer-encoding|upgrade|expect|host|http2-settings)$/;

export async function startFilteringProxy(
  egress: Egress,
  options: FilteringProxyOptions = {},
): Promise<FilteringProxy> {
  const user = 'child';
  const password = randomBytes(24).toString('base64url');
  const expected = digest(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
  const isKnown = ({ headers }: IncomingMessage) =>
    timingSafeEqual(digest(headers['proxy-authorization'] ?? ''), expected);
  const context: Context = { egress, isKnown, onRefused: options.onRefused ?? (() => undefined), open: new Set() };
  const server = createServer(
    { headersTimeout: HEAD_MS },
    (request, response) => void forward(context, request, response),
  );
  server.maxConnections = options.most ?? MOST_CONNECTIONS;
  server.on('connection', (socket) => {
    context.open.add(socket);
    socket.on('error', () => undefined).once('close', () => context.open.delete(socket));
  });
  server.on('connect', (request, client, head) => void tunnel(context, request, client, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${user}:${password}@127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => close(server, context),
  };
}

interface Context {
  egress: Egress;
  isKnown: (request: IncomingMessage) => boolean;
  onRefused: (error: RefusedError) => void;
  /** Connections of the program, those that became tunnels too: the server no longer counts them as its own. */
  open: Set<Duplex>;
}

async function close(server: Server, { open }: Context): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const socket of open) socket.destroy();
  await closed;
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** RFC 9110 section 9.3.6. */
async function tunnel(context: Context, request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
  const gone = abortedBy(client);
  try {
    if (!context.isKnown(request)) return answer(client, 407, 'The proxy is not for everybody.');
    const url = /^[^/?#@\\]+:\d{1,5}$/.test(request.url ?? '') ? URL.parse(`http://${request.url}`) : null;
    if (!url) return answer(client, 400, 'That is no host and port.');
    const upstream = await context.egress.dial(url, gone);
    upstream.on('error', () => client.destroy()).once('close', () => client.destroy());
    client.once('close', () => upstream.destroy());
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) upstream.write(head);
    client.pipe(upstream).pipe(client);
  } catch (error) {
    if (gone.aborted) return;
    const { status, text } = failureOf(context, error);
    answer(client, status, text);
  }
}

/** A request in absolute form (RFC 9112 section 3.2.2). Over TLS a program asks for a tunnel instead. */
async function forward(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = abortedBy(response);
  const end = (status: number, text: string) =>
    response
      .writeHead(status, { ...(status === 407 && CHALLENGE), 'content-type': 'text/plain; charset=utf-8' })
      .end(text);
  try {
    if (!context.isKnown(request)) return void end(407, 'The proxy is not for everybody.');
    const url = URL.parse(request.url ?? '');
    if (url?.protocol !== 'http:') return void end(400, 'Only http addresses, and CONNECT for the others.');
    const hasBody = 'content-length' in request.headers || 'transfer-encoding' in request.headers;
    const upstream = await context.egress.dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method as 'GET',
      headers: endToEnd(request.headers),
      body: hasBody ? request : null,
      signal: gone,
    });
    response.writeHead(upstream.statusCode, endToEnd(upstream.headers));
    await pipeline(upstream.body, response);
  } catch (error) {
    if (response.headersSent || gone.aborted) return void response.destroy();
    const { status, text } = failureOf(context, error);
    end(status, text);
  }
}

const CHALLENGE = { 'proxy-authenticate': 'Basic realm="egress"' };
const REASONS: Record<number, string> = {
  400: 'Bad Request',
  403: 'Forbidden',
  407: 'Proxy Authentication Required',
  502: 'Bad Gateway',
};

function answer(client: Duplex, status: number, text: string): void {
  const challenge = status === 407 ? `Proxy-Authenticate: ${CHALLENGE['proxy-authenticate']}\r\n` : '';
  const fields = `${challenge}Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}`;
  client.end(`HTTP/1.1 ${status} ${REASONS[status] ?? ''}\r\n${fields}\r\nConnection: close\r\n\r\n${text}`);
}

function failureOf({ onRefused }: Context, error: unknown): { status: number; text: string } {
  const refused = refusalIn(error);
  if (!refused) return { status: 502, text: 'The target could not be reached.' };
  onRefused(refused);
  return { status: 403, text: refused.message };
}

/** Without the fields of this connection, and those that its `connection` field names. */
function endToEnd<T extends NodeJS.Dict<string | string[]>>(headers: T): T {
  const named = new Set(
    String(headers['connection'] ?? '')
      .toLowerCase()
      .split(/\s*,\s*/),
  );
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.test(name) && !named.has(name)),
  ) as T;
}

function abortedBy(stream: Duplex | ServerResponse): AbortSignal {
  const gone = new AbortController();
  stream.once('close', () => gone.abort());
  return gone.signal;
}
