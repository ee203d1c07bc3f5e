import { type Bus, connectBus, createLog, implement, serve, TOKEN_AUDIENCE, TOKEN_ISSUER } from '@aniworld/chassis';
import {
  anime,
  auth,
  type DownloadProgress,
  type Event,
  type EventData,
  fail,
  type Keyset,
  type Message,
  queue,
  type QueueItem,
  type QueueStatus,
} from '@aniworld/contracts';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { inject } from 'vitest';
import { WebSocket } from 'ws';
import { Config, type Notifier, start } from './service.ts';

const log = createLog({ level: 'silent', service: 'notifier', out: null });

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEY: Keyset['keys'][number] = {
  kid: 'key',
  public_key: publicKey.export({ type: 'spki', format: 'pem' }) as string,
};

/** A token as auth makes them. */
export function tokenOf(session: string, seconds = 3_600): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + seconds;
  const head = encode({ alg: 'ES256', typ: 'JWT', kid: KEY.kid });
  const text = `${head}.${encode({ sid: session, scope: 'read', exp, iss: TOKEN_ISSUER, aud: TOKEN_AUDIENCE })}`;
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

export interface Rig extends AsyncDisposable {
  bus: Bus;
  notifier: Notifier;
  session: string;
  token: string;
  /** What the queue answers; null: it is away. */
  status: QueueStatus | null;
  /** Puts a durable event into the stream, as a relay does. */
  durable<E extends Event>(event: E, data: EventData<E>): Promise<number>;
  /** Another notifier on the same stream; its owner disposes of it. */
  replica(): Promise<Notifier>;
}

export const STATUS: QueueStatus = {
  ...{ running: true, paused: false, reason: null, max_concurrent: 2, version: 1 },
  ...{ speed: 0, average_speed: 0, eta: null },
  counts: { pending: 1, downloading: 0, completed: 0, failed: 0, cancelled: 0 },
};

/** A notifier on the real broker, with stand-ins for the three services that it asks. */
export async function startRig(prefix: string, url = inject('natsUrl')): Promise<Rig> {
  await using opened = new AsyncDisposableStack();
  const bus = opened.use(await connectBus({ url, prefix, name: 'test', log }));
  const rig: { status: QueueStatus | null } = { status: STATUS };
  const status = () => {
    if (!rig.status) throw fail('UNAVAILABLE');
    return rig.status;
  };
  const common = { version: '0', log, checks: {} };
  const keyset = () => ({ keys: [KEY], revoked: [] });
  opened.use(await serve(bus, { service: 'auth', ...common }, implement({ keyset: auth.keyset }, { keyset })));
  opened.use(await serve(bus, { service: 'downloader', ...common }, implement({ status: queue.status }, { status })));
  const config = Config.parse({ NATS_URL: url, NATS_PREFIX: prefix, PORT: 0, HOST: '127.0.0.1' });
  const replica = async () => {
    const started = await start(config, log);
    await ready(started);
    return started;
  };
  const notifier = opened.use(await replica());
  const session = randomUUID();
  const kept = opened.move();
  return Object.assign(rig, {
    ...{ bus, notifier, session, token: tokenOf(session) },
    durable: async (event: Event, data: unknown) =>
      (await bus.js.publish(bus.subject(event), JSON.stringify(data))).seq,
    replica,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  });
}

async function ready({ checks }: Notifier): Promise<void> {
  for (;;) {
    const results = await Promise.allSettled(Object.values(checks).map(async (check) => check()));
    if (results.every((result) => result.status === 'fulfilled')) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What a connection has heard, and what it will hear. */
export class Ear {
  readonly heard: Message[] = [];
  readonly #looks = new Set<() => void>();

  note(message: Message): void {
    this.heard.push(message);
    for (const look of this.#looks) look();
  }

  /** The first message of a type that fits, heard already or yet to come. */
  async hears(type: string, fits: (message: Message) => boolean = () => true): Promise<Message> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.heard.find((message) => message.type === type && fits(message));
        if (!found) return;
        this.#looks.delete(look);
        resolve(found);
      };
      this.#looks.add(look);
      look();
    });
  }

  of(type: string, room?: string): Message[] {
    return this.heard.filter((message) => message.type === type && (room === undefined || message.room === room));
  }
}

export interface Connection extends Disposable {
  ear: Ear;
  socket: Socket;
  ask(event: string, body?: unknown): Promise<{ ok: boolean; room?: string; error?: string }>;
}

/** A Socket.IO client; options may change anything. */
export function connect({ notifier, token }: Rig, options: object = {}): Connection {
  const socket = io(notifier.address.url, {
    ...{ transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false },
    ...options,
  });
  const ear = new Ear();
  socket.onAny((_type: string, message: Message) => ear.note(message));
  return {
    ...{ ear, socket },
    ask: (event, body = {}) => socket.timeout(5_000).emitWithAck(event, body),
    [Symbol.dispose]: () => void socket.disconnect(),
  };
}

/** Why a connection is refused. */
export const refusalOf = ({ socket }: Connection) =>
  new Promise<{ code: string; detail: string }>((resolve) =>
    socket.once('connect_error', (error: Error & { data?: { code: string; detail: string } }) =>
      resolve(error.data ?? { code: 'none', detail: error.message }),
    ),
  );

export interface PlainConnection extends Disposable {
  ear: Ear;
  ws: WebSocket;
  say(body: object | string): void;
  /** The closing code and reason. */
  closed: Promise<[number, string]>;
}

/** A plain WebSocket client; without a token in the headers unless given. */
export function connectPlain(
  { notifier }: Rig,
  { path = '/ws/connect', protocols = [] as string[], headers = {} } = {},
): PlainConnection {
  const ws = new WebSocket(`${notifier.address.url.replace('http', 'ws')}${path}`, protocols, { headers });
  const ear = new Ear();
  ws.on('message', (data) => ear.note(JSON.parse(data.toString()) as Message));
  const closed = new Promise<[number, string]>((resolve) => {
    ws.on('error', () => undefined);
    ws.once('close', (code, reason) => resolve([code, reason.toString()]));
  });
  const opened = new Promise<void>((resolve) => ws.once('open', () => resolve()));
  return {
    ...{ ear, ws, closed },
    say: (body) => void opened.then(() => ws.send(typeof body === 'string' ? body : JSON.stringify(body))),
    [Symbol.dispose]: () => ws.terminate(),
  };
}

export const bearer = ({ token }: Rig) => ({ headers: { authorization: `Bearer ${token}` } });

const UUID = randomUUID();

export const progressOf = (id: string, sample: number, lease_epoch = 1): DownloadProgress => ({
  ...{ id, series_id: UUID, episode_id: UUID, state: 'downloading', worker: 'w', lease_epoch, sample },
  ...{ bytes_done: sample, bytes_total: 1_000, percent: 1, speed: 1, eta: 1 },
});

export const itemOf = (id: string, series_id: string): QueueItem => ({
  ...{ id, series_id, episode_id: UUID, series_title: 'Series', season: 1, episode: 1, title: 'One' },
  ...{
    priority: 'normal',
    state: 'completed',
    bytes_done: 1,
    bytes_total: 1,
    percent: 100,
    attempt: 1,
    max_attempts: 3,
  },
  ...{ not_before: null, worker: null, error_cause: null, error_detail: null, path: '/a', sha256: 'x' },
  ...{ added_at: new Date().toISOString(), finished_at: null, version: 1, held: false, host: '' },
});

/** A durable event of the room `library`, told apart by its title. */
export const libraryChange = (title: string) => [anime.changed, { series_id: UUID, change: 'updated', title }] as const;

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
