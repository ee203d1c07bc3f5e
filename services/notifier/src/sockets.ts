import type { Place } from '@aniworld/chassis';
import { toProblem } from '@aniworld/contracts';
import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { type Client, MOST_MESSAGE_BYTES, rateLimit } from './client.ts';
import type { Desk } from './desk.ts';
import { type Doorman, refusalOf } from './doorman.ts';
import { errorFrame, type Frame, frameOf, newMessage } from './message.ts';
import type { Rooms } from './rooms.ts';

export interface ServeDeps {
  desk: Desk;
  doorman: Doorman;
  rooms: Rooms;
  /** Where the feed is. */
  place: Place;
}

/** Serves Socket.IO at `/socket.io`. The event's name is the message's type. */
export function serveSocketIo(http: HttpServer, deps: ServeDeps): AsyncDisposable {
  const io = new Server(http, {
    serveClient: false,
    transports: ['websocket', 'polling'],
    maxHttpBufferSize: MOST_MESSAGE_BYTES,
    pingInterval: 20_000,
    pingTimeout: 15_000,
    connectTimeout: 5_000,
    // Nothing is compressed: messages are small, and a deflate context for each client costs 300 kB.
    perMessageDeflate: false,
    httpCompression: false,
    // Other sites are refused by the doorman, for every transport.
    cors: { origin: false },
    destroyUpgrade: false,
  });
  const admit = (socket: Socket) => deps.doorman.admit(socket.request, socket.handshake.auth['token']);
  io.use((socket, next) => {
    try {
      admit(socket);
      next();
    } catch (error) {
      const { code, detail } = toProblem(refusalOf(error));
      next(Object.assign(new Error(detail), { data: { code, detail } }));
    }
  });
  io.on('connection', (socket) => {
    try {
      // A second time: between the first and this turn of the event loop the session may have been ended.
      receive(socket, createClient(socket, admit(socket)), deps);
    } catch (error) {
      socket.emit('error', errorFrame(refusalOf(error).code, deps.place).message);
      socket.disconnect(true);
    }
  });
  // Closes the transports and not the namespaces: the clients take it for a lost link and come back by themselves.
  return { [Symbol.asyncDispose]: () => io.close() };
}

function receive(socket: Socket, client: Client, { desk, rooms, place }: ServeDeps): void {
  const allowed = rateLimit();
  // Below Socket.IO, so that packets count which it drops itself.
  socket.conn.on('message', () => {
    if (!allowed() && rooms.clients.has(client)) rooms.cut(client, 'TOO_MANY_REQUESTS');
  });
  socket.on('join', (body: unknown, reply?: unknown) => answer(reply, () => desk.join(client, body)));
  socket.on('leave', (body: unknown, reply?: unknown) => answer(reply, () => desk.leave(client, body)));
  socket.on('ping', (...args: unknown[]) => {
    answer(args.at(-1), () => ({ ok: true }));
    rooms.send(client, frameOf(newMessage('pong', null, null, place)));
  });
  socket.on('disconnect', () => desk.goodbye(client));
  desk.welcome(client);
}

/** A client need not ask for an acknowledgement, and may send anything in its place. */
function answer(reply: unknown, act: () => object): void {
  const ack = act();
  if (typeof reply === 'function') (reply as (ack: object) => void)(ack);
}

function createClient(socket: Socket, caller: Client['caller']): Client {
  const { conn } = socket;
  let waiting = 0;
  // The callbacks of what one transport has sent don't come when another takes over.
  conn.on('upgrade', () => {
    waiting = 0;
  });
  const send = ({ packet }: Frame) => {
    waiting += packet.length;
    // To the connection itself: Socket.IO would encode it again for each client, and doesn't say when it is gone.
    conn.write(packet, {}, () => {
      waiting = Math.max(0, waiting - packet.length);
    });
  };
  return {
    ...{ id: socket.id, caller, send },
    rooms: new Set(),
    buffered: () => waiting,
    close(last) {
      send(last);
      socket.disconnect(true);
    },
    drop() {
      const { socket: ws } = conn.transport as { socket?: { terminate?: () => void } };
      if (ws?.terminate) ws.terminate();
      else conn.close(true);
    },
  };
}
