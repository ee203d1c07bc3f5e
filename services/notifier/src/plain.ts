import { AppError, ClientMessage, fail, toProblem } from '@aniworld/contracts';
import { randomUUID } from 'node:crypto';
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { type Client, rateLimit } from './client.ts';
import type { Desk } from './desk.ts';
import type { Doorman } from './doorman.ts';
import { newMessage } from './feed.ts';
import type { Ring } from './ring.ts';
import { MOST_MESSAGE_BYTES } from './sockets.ts';

/** A connection that sends no token for this long is closed. */
const AUTH_MS = 5_000;
/** A peer that answers no ping within this time is gone. */
const PING_MS = 20_000;
/** RFC 6455 section 7.4.1: the policy was violated. */
const POLICY = 1008;

interface Deps {
  desk: Desk;
  doorman: Doorman;
  ring: Ring;
}

/**
 * Serves plain WebSocket at `/ws/connect`. The token comes as `Authorization: Bearer`, as a second subprotocol
 * (`bearer, <token>`, for browsers) or as the first message `{"action":"auth","token":"…"}`; never in the address, which ends up in logs.
 */
export function servePlain(http: HttpServer, deps: Deps): AsyncDisposable {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has('bearer') ? 'bearer' : false),
  });
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    if (pathname === '/ws/connect') server.handleUpgrade(request, socket, head, (ws) => greet(ws, request, deps));
    // Socket.IO takes its own path and looks away from all others.
    else if (!pathname.startsWith('/socket.io')) socket.destroy();
  };
  http.on('upgrade', onUpgrade);
  return {
    async [Symbol.asyncDispose]() {
      http.off('upgrade', onUpgrade);
      for (const ws of server.clients) ws.terminate();
      server.close();
    },
  };
}

function greet(ws: WebSocket, request: IncomingMessage, deps: Deps): void {
  // A frame that is too large or malformed: ws closes the connection itself.
  ws.on('error', () => ws.terminate());
  keepAlive(ws);
  const enter = (token: unknown) => {
    try {
      receive(ws, createClient(ws, deps.doorman.admit(request, token), deps.ring), deps);
    } catch (error) {
      refuse(ws, error, deps.ring);
    }
  };
  const token = bearerOf(request);
  if (token !== undefined) return enter(token);
  const late = setTimeout(() => refuse(ws, fail('UNAUTHENTICATED'), deps.ring), AUTH_MS);
  ws.once('close', () => clearTimeout(late));
  ws.once('message', (data) => {
    clearTimeout(late);
    const first = parse(data.toString()) as { action?: unknown; token?: unknown } | null;
    enter(first?.action === 'auth' ? first.token : undefined);
  });
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  const authorization = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const [protocol, token] = (headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim());
  return authorization ?? (protocol === 'bearer' ? token : undefined);
}

function keepAlive(ws: WebSocket): void {
  let heard = true;
  ws.on('pong', () => (heard = true));
  const timer = setInterval(() => {
    if (!heard) return ws.terminate();
    heard = false;
    ws.ping();
  }, PING_MS);
  ws.once('close', () => clearInterval(timer));
}

function refuse(ws: WebSocket, error: unknown, ring: Ring): void {
  const { code, detail } = toProblem(error instanceof AppError ? error : fail('UNAUTHENTICATED'));
  if (ws.readyState === WebSocket.OPEN) ws.send(JSON.stringify(newMessage('error', null, { code, detail }, ring)));
  ws.close(POLICY, code);
}

function receive(ws: WebSocket, client: Client, { desk, ring }: Deps): void {
  const allowed = rateLimit();
  ws.on('message', async (data) => {
    if (!allowed()) return client.cut('TOO_MANY_REQUESTS');
    const message = ClientMessage.safeParse(parse(data.toString()));
    if (!message.success) {
      const detail = 'Send {"action": "join" | "leave" | "ping", "room": …}.';
      return client.send(newMessage('error', null, { code: 'INVALID_REQUEST', detail }, ring));
    }
    if (message.data.action === 'ping') return client.send(newMessage('pong', null, null, ring));
    const ack =
      message.data.action === 'join' ? await desk.join(client, message.data) : desk.leave(client, message.data);
    client.send(newMessage('ack', message.data.room, { action: message.data.action, ...ack }, ring));
  });
  ws.once('close', () => desk.goodbye(client));
  desk.welcome(client);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function createClient(ws: WebSocket, caller: Client['caller'], ring: Ring): Client {
  return {
    id: randomUUID(),
    caller,
    rooms: new Set(),
    send: (message) => void (ws.readyState === WebSocket.OPEN && ws.send(JSON.stringify(message))),
    buffered: () => ws.bufferedAmount,
    cut(code) {
      refuse(ws, fail(code), ring);
      // A client that does not read would not read the closing frame either.
      setTimeout(() => ws.terminate(), 1_000).unref();
    },
  };
}
