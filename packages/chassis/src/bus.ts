import {
  type Event,
  type EventData,
  fail,
  type Reply,
  type RequestInput,
  type Rpc,
  subjectOf,
} from '@aniworld/contracts';
import { jetstream, type JetStreamClient, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { errors, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { openConnection } from './connection.ts';
import { interruption, raceAbort } from './deadline.ts';
import type { Log } from './log.ts';
import { busConnected } from './metrics.ts';
import { decode, errorOf, newPassport, type Passport, requestHeaders } from './wire.ts';

export interface BusOptions {
  /** `nats://user:password@host:port`, several separated by commas. */
  url: string;
  /** Stands before each subject, so that installations and tests can share a server. */
  prefix: string;
  /** The service's name; shown in the server's connection list. */
  name: string;
  log: Log;
}

export interface CallOptions {
  passport?: Passport;
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** The connection to the broker. */
export interface Bus extends AsyncDisposable {
  readonly prefix: string;
  readonly name: string;
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly connected: boolean;
  readonly log: Log;
  /** The full subject of an operation or event. */
  subject(contract: Rpc | Event): string;
  /**
   * Asks the service that owns the operation.
   * @throws the error that the service answered; UNAVAILABLE when nobody listens or the broker is away; TIMEOUT when no
   *   answer came in time, in which case the work may have been done.
   */
  call<O extends Rpc>(op: O, input: RequestInput<O>, options?: CallOptions): Promise<Reply<O>>;
  /** Sends a live event: it may be lost, and while the broker is away it is. */
  publish<E extends Event>(event: E, data: EventData<E>): void;
  /** Listens to an event without a record of it: for caches that also read the truth again from time to time. */
  listen<E extends Event>(event: E, handle: (data: EventData<E>) => void): AsyncDisposable;
  /** The readiness check. @throws while the broker is away */
  check(): void;
  /** Called after each reconnect, when what was published meanwhile has been missed. */
  onReconnect(handle: () => void): Disposable;
}

/** How long disposal waits for the broker to take what is still to be sent, in milliseconds. */
const DRAIN_MS = 3_000;

/**
 * Connects, waiting for the broker as long as it takes, and reconnects for ever. A dead link is noticed within 18 s by two
 * unanswered pings.
 */
export async function connectBus(options: BusOptions, signal?: AbortSignal): Promise<Bus> {
  const { prefix, name, log } = options;
  const connection = await openConnection(options, signal);
  const state: State = { connected: true, listeners: new Set() };
  busConnected.set({ service: name }, 1);
  const watching = watch(connection, options, state);
  const js = jetstream(connection);
  const jsm = await jetstreamManager(connection, { checkAPI: false });
  const subject = (contract: Rpc | Event) => `${prefix}.${subjectOf(contract)}`;
  const core = { connection, js, jsm, subject, prefix, name, log };
  const heard = new Map<string, Heard>();
  return {
    ...core,
    get connected() {
      return state.connected;
    },
    call: (op, input, callOptions) => call(core, state, op, input, callOptions),
    publish(event, data) {
      const text = JSON.stringify(event.data.parse(data));
      if (state.connected && !connection.isDraining()) connection.publish(subject(event), text);
    },
    listen: (event, handle) => listen(core, heard, event, handle),
    check() {
      if (!state.connected) throw new Error('not connected to NATS');
    },
    onReconnect(handle) {
      state.listeners.add(handle);
      return { [Symbol.dispose]: () => void state.listeners.delete(handle) };
    },
    async [Symbol.asyncDispose]() {
      // A drain needs the server's answer; without one, closing is all that can be done.
      if (state.connected)
        await Promise.race([connection.drain().catch(() => undefined), delay(DRAIN_MS, undefined, { ref: false })]);
      await connection.close();
      await watching;
    },
  };
}

interface State {
  connected: boolean;
  listeners: Set<() => void>;
}

async function watch(connection: NatsConnection, { log, name }: BusOptions, state: State) {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect' && state.connected) {
      // Comes again for every try that fails.
      state.connected = false;
      busConnected.set({ service: name }, 0);
      log.warn('connection to NATS lost; reconnecting until it is back');
    } else if (status.type === 'reconnect' && !state.connected) {
      state.connected = true;
      busConnected.set({ service: name }, 1);
      log.info('connection to NATS is back');
      for (const listener of state.listeners) listener();
    } else if (status.type === 'error') {
      log.warn({ err: status.error }, 'NATS reported an error');
    } else if (status.type === 'slowConsumer') {
      log.warn({ subject: status.sub.getSubject() }, 'messages arrive faster than they are handled');
    }
  }
  state.connected = false;
  busConnected.set({ service: name }, 0);
}

type Core = Pick<Bus, 'connection' | 'subject' | 'log'>;

async function call<O extends Rpc>(
  core: Core,
  state: State,
  op: O,
  input: RequestInput<O>,
  { passport = newPassport(), timeoutMs = op.timeout_ms, signal }: CallOptions = {},
): Promise<Reply<O>> {
  if (signal?.aborted) throw interruption(signal);
  if (!state.connected) throw fail('UNAVAILABLE', { retry_after: 2 });
  const reply = await raceAbort(request(core, op, input, passport, timeoutMs), signal);
  const error = errorOf(reply);
  if (error) throw error;
  return op.reply.parse(decode(reply)) as Reply<O>;
}

async function request(core: Core, op: Rpc, input: unknown, passport: Passport, timeoutMs: number): Promise<Msg> {
  try {
    return await core.connection.request(core.subject(op), JSON.stringify(input ?? {}), {
      timeout: timeoutMs,
      headers: requestHeaders(passport, timeoutMs),
    });
  } catch (cause) {
    throw brokerError(cause, op);
  }
}

function brokerError(cause: unknown, op: Rpc) {
  if (cause instanceof errors.TimeoutError) return fail('TIMEOUT', { cause });
  if (cause instanceof errors.InvalidArgumentError) return fail('PAYLOAD_TOO_LARGE', { cause });
  // No responders, a closed or draining connection, a permission missing: nobody did the work.
  return fail('UNAVAILABLE', { cause: new Error(`no answer to ${op.name}`, { cause }), retry_after: 2 });
}

/** A subscription that all listeners of an event share: what comes is read once for all of them. */
interface Heard {
  handles: Set<(data: never) => void>;
  stop: () => Promise<void>;
}

function listen<E extends Event>(
  core: Core,
  heard: Map<string, Heard>,
  event: E,
  handle: (data: EventData<E>) => void,
): AsyncDisposable {
  const entry = heard.get(event.name) ?? hear(core, event);
  heard.set(event.name, entry);
  // A function of its own: one that is given twice is called twice.
  const own = (data: EventData<E>) => handle(data);
  entry.handles.add(own);
  return {
    async [Symbol.asyncDispose]() {
      entry.handles.delete(own);
      if (entry.handles.size > 0) return;
      if (heard.get(event.name) === entry) heard.delete(event.name);
      await entry.stop();
    },
  };
}

function hear({ connection, subject, log }: Core, event: Event): Heard {
  const handles: Heard['handles'] = new Set();
  const subscription: Subscription = connection.subscribe(subject(event));
  // One bad event must not end the listening, and nobody awaits this loop.
  const guarded = (work: () => void) => {
    try {
      work();
    } catch (error) {
      log.error({ event: event.name, err: error }, 'an event could not be handled');
    }
  };
  const ended = (async () => {
    for await (const message of subscription) {
      guarded(() => {
        const data = event.data.parse(decode(message)) as never;
        for (const handle of handles) guarded(() => handle(data));
      });
    }
  })();
  const stop = async () => {
    subscription.unsubscribe();
    await ended;
  };
  return { handles, stop };
}
