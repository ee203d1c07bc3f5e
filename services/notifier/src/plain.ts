import { ClientMessage } from '@aniworld/contracts';
import { randomUUID } from 'node:crypto';
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { type Client, MOST_MESSAGE_BYTES, rateLimit } from './client.ts';
import { refusalOf } from './doorman.ts';
import { errorFrame, type Frame, frameOf, newMessage } from './message.ts';
import type { ServeDeps } from './sockets.ts';

/** A connection that sends no token for this long is closed. */
const AUTH_MS = 5_000;
/** A peer that answers no ping within this time is gone. */
const PING_MS = 20_000;
/** RFC 6455 section 7.4.1: the policy was violated; the server goes away. */
const POLICY = 1008;
const GOING_AWAY = 1001;

/**
 * Serves plain WebSocket at `/ws/connect`. The token comes as `Authorization: Bearer`, as a second subprotocol
 * (`bearer, <token>`, for browsers) or as the first message `{"action":"auth","token":"…"}`; never in the address, which
 * ends up in logs. Who is refused gets an `error` message, because a browser shows its page nothing of a failed upgrade.
 */
export function servePlain(http: HttpServer, deps: ServeDeps): AsyncDisposable {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has('bearer') ? 'bearer' : false),
  });
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/ws/connect') server.handleUpgrade(request, socket, head, (ws) => greet(ws, request, deps));
    // Socket.IO takes its own path and looks away from all others.
    else if (!path?.startsWith('/socket.io/')) socket.destroy();
  };
  http.on('upgrade', onUpgrade);
  return {
    async [Symbol.asyncDispose]() {
      http.off('upgrade', onUpgrade);
      for (const ws of server.clients) ws.close(GOING_AWAY);
      server.close();
    },
  };
}

function greet(ws: WebSocket, request: IncomingMessage, deps: ServeDeps): void {
  // A frame that is too large or malformed: ws answers with the closing code for it by itself.
  ws.on('error', () => undefined);
  keepAlive(ws);
  const enter = (token: unknown) => {
    try {
      receive(ws, createClient(ws, deps.doorman.admit(request, token)), deps);
    } catch (error) {
      refuse(ws, errorFrame(refusalOf(error).code, deps.place));
    }
  };
  const token = bearerOf(request);
  if (token !== undefined) return enter(token);
  const late = setTimeout(() => refuse(ws, errorFrame('UNAUTHENTICATED', deps.place)), AUTH_MS);
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
  ws.on('pong', () => {
    heard = true;
  });
  const timer = setInterval(() => {
    if (!heard) return ws.terminate();
    heard = false;
    ws.ping();
  }, PING_MS);
  ws.once('close', () => clearInterval(timer));
}

function refuse(ws: WebSocket, last: Frame): void {
  if (ws.readyState === WebSocket.OPEN) ws.send(last.text);
  ws.close(POLICY, (last.message.data as { code: string }).code);
}

function receive(ws: WebSocket, client: Client, deps: ServeDeps): void {
  const { desk, rooms } = deps;
  const allowed = rateLimit();
  const isAllowed = () => {
    if (!rooms.clients.has(client)) return false;
    if (allowed()) return true;
    rooms.cut(client, 'TOO_MANY_REQUESTS');
    return false;
  };
  ws.on('message', (data) => {
    if (isAllowed()) rooms.send(client, reply(client, parse(data.toString()), deps));
  });
  // Each makes ws send a pong.
  ws.on('ping', isAllowed);
  ws.once('close', () => desk.goodbye(client));
  desk.welcome(client);
}

function reply(client: Client, body: unknown, { desk, place }: ServeDeps): Frame {
  const { data: message } = ClientMessage.safeParse(body);
  const action = message?.action ?? (body as { action?: unknown } | null)?.action;
  if (message?.action === 'ping') return frameOf(newMessage('pong', null, null, place));
  // A join or leave that isn't right is acknowledged as refused, with the reason.
  if (action !== 'join' && action !== 'leave') {
    return errorFrame('INVALID_REQUEST', place, 'Send {"action": "join" | "leave" | "ping", "room": …}.');
  }
  const ack = action === 'join' ? desk.join(client, body) : desk.leave(client, body);
  return frameOf(newMessage('ack', ack.room ?? null, { action, ...ack }, place));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function createClient(ws: WebSocket, caller: Client['caller']): Client {
  return {
    id: randomUUID(),
    caller,
    rooms: new Set(),
    send: (frame) => void (ws.readyState === WebSocket.OPEN && ws.send(frame.text)),
    buffered: () => ws.bufferedAmount,
    close: (last) => refuse(ws, last),
    drop: () => ws.terminate(),
  };
}
