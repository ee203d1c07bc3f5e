import { AppError, fail, type Message, toProblem } from '@aniworld/contracts';
import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { type Client, rateLimit } from './client.ts';
import type { Desk } from './desk.ts';
import type { Doorman } from './doorman.ts';
import { newMessage } from './feed.ts';
import type { Ring } from './ring.ts';

/** Largest message of a client; the largest that makes sense is a join. */
export const MOST_MESSAGE_BYTES = 16 * 1024;

type Acknowledge = (reply: unknown) => void;

/** Serves Socket.IO at `/socket.io`. The event's name is the message's type. */
export function serveSocketIo(http: HttpServer, deps: { desk: Desk; doorman: Doorman; ring: Ring }): AsyncDisposable {
  const io = new Server(http, {
    serveClient: false,
    maxHttpBufferSize: MOST_MESSAGE_BYTES,
    pingInterval: 20_000,
    pingTimeout: 15_000,
    connectTimeout: 10_000,
    // Nothing is compressed: messages are small, and a deflate context for each client costs 300 kB.
    perMessageDeflate: false,
    httpCompression: false,
    // Other sites are refused by the doorman, for every transport.
    cors: { origin: false },
    destroyUpgrade: false,
  });
  io.use((socket, next) => {
    try {
      socket.data.caller = deps.doorman.admit(socket.request, socket.handshake.auth['token']);
      next();
    } catch (error) {
      next(refusal(error));
    }
  });
  io.on('connection', (socket) => receive(socket, deps));
  return {
    async [Symbol.asyncDispose]() {
      io.disconnectSockets(true);
      await io.close();
    },
  };
}

function refusal(error: unknown): Error {
  const { code, detail } = toProblem(error instanceof AppError ? error : fail('UNAUTHENTICATED'));
  return Object.assign(new Error(detail), { data: { code, detail } });
}

function receive(socket: Socket, { desk, ring }: { desk: Desk; ring: Ring }): void {
  const client = createClient(socket, ring);
  const allowed = rateLimit();
  socket.use((_event, next) => {
    if (allowed()) next();
    else client.cut('TOO_MANY_REQUESTS');
  });
  socket.on('join', async (body: unknown, reply?: Acknowledge) => answer(reply, await desk.join(client, body)));
  socket.on('leave', (body: unknown, reply?: Acknowledge) => answer(reply, desk.leave(client, body)));
  socket.on('ping', (...args: unknown[]) => {
    answer(args.at(-1), { ok: true });
    client.send(newMessage('pong', null, null, ring));
  });
  socket.on('disconnect', () => desk.goodbye(client));
  desk.welcome(client);
}

/** A client need not ask for an acknowledgement, and may send anything in its place. */
function answer(reply: unknown, ack: object): void {
  if (typeof reply === 'function') (reply as Acknowledge)(ack);
}

function createClient(socket: Socket, ring: Ring): Client {
  const send = (message: Message) => void socket.emit(message.type, message);
  return {
    id: socket.id,
    caller: socket.data.caller,
    rooms: new Set(),
    send,
    buffered() {
      const transport = socket.conn.transport as { socket?: { bufferedAmount?: number } };
      // Long polling has no such figure; a message there weighs about a kilobyte.
      return (
        transport.socket?.bufferedAmount ??
        (socket.conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length * 1_024
      );
    },
    cut(code) {
      const { detail } = toProblem(fail(code));
      send(newMessage('error', null, { code, detail }, ring));
      socket.disconnect(true);
    },
  };
}
