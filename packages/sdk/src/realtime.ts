import { Ack, Message } from '@aniworld/contracts';
import { io, type Socket } from 'socket.io-client';
import { type MessageData, parseMessage } from './message-data.ts';
import { Rooms } from './rooms.ts';

export type { MessageData } from './message-data.ts';

/** `live`: connected and joined. `reconnecting`: tries again by itself. `closed`: ended by `close` or for want of a session. */
export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'closed';

export interface RealtimeOptions {
  /** As for `createClient`; Socket.IO is reached below it at `/socket.io`. */
  baseUrl: string;
  /** Asked at every attempt to connect. */
  token: () => string | null;
  /** Every message, before the listeners of its type. */
  onMessage?: (message: Message) => void;
  /** What was missed in this room is too old to be sent again: read its state anew. */
  onResync?: (room: string) => void;
  /** The session is invalid or was ended; the connection is closed and stays so. */
  onUnauthenticated?: () => void;
  onState?: (state: ConnectionState) => void;
  /** A message that can't be read, or a join that was refused. The connection goes on. */
  onProblem?: (error: Error) => void;
}

type Listener<T> = (data: T, message: Message) => void;

export interface Realtime extends Disposable {
  /** Enters a room and re-enters it after every reconnect. Resolves once the server has acknowledged. */
  join(room: string): Promise<Ack>;
  leave(room: string): Promise<Ack>;
  ping(): Promise<Ack>;
  /** Listens to one type of message; the returned function ends it. */
  on<T extends keyof MessageData>(type: T, listener: Listener<MessageData[T]>): () => void;
  readonly state: ConnectionState;
  close(): void;
}

const SESSION_CODES = ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'SESSION_REVOKED'];
/** A server that refuses or cuts us is asked again by us: Socket.IO itself retries only lost transports. */
const RETRY_MS = 1_500;
const ACK_TIMEOUT_MS = 10_000;

/**
 * Connects to the realtime interface over Socket.IO. After a reconnect each room is entered with the last epoch and sequence
 * number, so that the server sends what was missed, or `resync` where it can't.
 */
export function connectRealtime(options: RealtimeOptions): Realtime {
  const socket = openSocket(options);
  const listeners = new Map<string, Set<Listener<never>>>();
  const emit = async (event: string, body: object) =>
    Ack.parse(await socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, body));
  const rooms = new Rooms((body) => emit('join', body));
  const state = watchState(socket, rooms, options);

  socket.onAny((type: string, payload: unknown) => {
    const message = readMessage(type, payload, options);
    if (!message) return;
    rooms.note(message);
    options.onMessage?.(message);
    if (message.type === 'resync') options.onResync?.(message.room ?? '');
    for (const listener of listeners.get(message.type) ?? []) (listener as Listener<unknown>)(message.data, message);
  });

  return {
    join: (room) => rooms.join(room, socket.connected),
    leave: async (room) => {
      rooms.forget(room);
      return socket.connected ? emit('leave', { room }) : { ok: true, room };
    },
    ping: () => emit('ping', {}),
    on: (type, listener) => addListener(listeners, type, listener),
    get state() {
      return state.current;
    },
    close: state.close,
    [Symbol.dispose]: state.close,
  };
}

function openSocket(options: RealtimeOptions): Socket {
  const url = new URL(options.baseUrl);
  return io(url.origin, {
    path: `${url.pathname.replace(/\/+$/, '')}/socket.io`,
    transports: ['websocket'],
    auth: (send) => send({ token: options.token() }),
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    forceNew: true,
  });
}

function readMessage(type: string, payload: unknown, options: RealtimeOptions): Message | null {
  const envelope = Message.safeParse(payload);
  const message = envelope.success ? parseMessage(envelope.data) : envelope;
  if (message.success) return message.data;
  options.onProblem?.(new Error(`A message of type "${type}" can't be read`, { cause: message.error }));
  return null;
}

function addListener(all: Map<string, Set<Listener<never>>>, type: string, listener: Listener<never>): () => void {
  const set = all.get(type) ?? new Set();
  all.set(type, set.add(listener));
  return () => void set.delete(listener);
}

/** Follows the socket: (re)joins the rooms, decides when to try again, and ends for good where a session is refused. */
function watchState(socket: Socket, rooms: Rooms, options: RealtimeOptions) {
  let retry: ReturnType<typeof setTimeout> | undefined;
  const state = {
    current: 'connecting' as ConnectionState,
    close() {
      clearTimeout(retry);
      set('closed');
      rooms.abandon();
      socket.disconnect();
    },
  };
  const set = (next: ConnectionState) => {
    if (state.current === next || state.current === 'closed') return;
    state.current = next;
    options.onState?.(next);
  };
  const tryAgain = () => {
    set('reconnecting');
    // `active` means that Socket.IO is at it already.
    if (!socket.active && state.current !== 'closed') retry = setTimeout(() => socket.connect(), RETRY_MS);
  };
  socket.on('connect', () => {
    set('live');
    rooms.rejoin().catch((cause) => options.onProblem?.(new Error('A room could not be entered', { cause })));
  });
  socket.on('disconnect', tryAgain);
  socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
    if (!SESSION_CODES.includes(error.data?.code ?? '')) return tryAgain();
    state.close();
    options.onUnauthenticated?.();
  });
  return state;
}
