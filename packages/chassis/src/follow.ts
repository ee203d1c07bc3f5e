import { DeliverPolicy, type JsMsg, type StreamInfo } from '@nats-io/jetstream';
import { createHash } from 'node:crypto';
import type { Bus } from './bus.ts';
import type { Log } from './log.ts';
import { loop } from './loop.ts';
import { ensureStream, isLost, isNotFound, streamName } from './stream.ts';

/** Where one is in the stream of durable events. */
export interface Place {
  /** Names the stream: sequence numbers of another epoch mean nothing. */
  epoch: string;
  /** Sequence of the last event that was given; all of the epoch up to it have been, as far back as was asked for. */
  seq: number;
}

/** One event as it lies in the stream. */
export interface Followed {
  place: Place;
  /** Below the prefix: `evt.queue.completed`. */
  subject: string;
  /** When the stream took it. */
  timestamp: string;
  /** Whether it was in the stream already when the epoch began for us. */
  past: boolean;
  /** @throws when it isn't JSON */
  json(): unknown;
}

export interface FollowOptions {
  bus: Bus;
  log: Log;
  /** How many of the events that are in the stream already are given, newest at most. */
  last: number;
  /** A new epoch begins: at the start, and whenever the stream was deleted or replaced. What was given before is void. */
  onEpoch: (place: Place) => void;
  onEvent: (event: Followed) => void;
  /** What was in the stream when the epoch began has been given; from here on events come as they happen. */
  onLive: (place: Place) => void;
}

export interface Follower extends AsyncDisposable {
  /** Throws while events are not followed: the readiness check. */
  check(): void;
}

/** How often the stream is looked at; what the consumer itself doesn't notice is noticed then. */
const LOOK_MS = 2_000;

/**
 * Gives every durable event in the stream's order, to each replica for itself and without a record on the server: for caches and
 * broadcasts. For an effect that must happen once, `consume` is the way.
 */
export function follow(options: FollowOptions): Follower {
  const state: State = { created: '', epochs: 0, place: { epoch: '', seq: 0 }, lastId: '', until: 0, live: false };
  const following = loop({
    name: 'follow events',
    everyMs: 500,
    log: options.log,
    run: (signal) => followUntilLost(options, state, signal),
  });
  return {
    check() {
      if (!state.live) throw new Error('events are not followed yet');
    },
    [Symbol.asyncDispose]: () => following[Symbol.asyncDispose](),
  };
}

/** Written by the running life alone; it outlives it, so that the next one goes on where the last one ended. */
interface State {
  /** When the stream was made, as the server says. */
  created: string;
  /** How often an epoch began while the stream's own date stayed the same: it was replaced by an older copy. */
  epochs: number;
  place: Place;
  /** Id of the event at `place`. */
  lastId: string;
  /** The stream's last sequence when the epoch began. */
  until: number;
  live: boolean;
}

/** One life of the consumer: ends when the link, the stream or the consumer is gone. */
async function followUntilLost(options: FollowOptions, state: State, signal: AbortSignal) {
  const { bus } = options;
  if (!bus.connected) return;
  const stream = await ensureStream(bus);
  if (!(await isSame(bus, stream, state))) beginEpoch(options, stream, state);
  if (!state.live && state.place.seq >= state.until) goLive(options, state);
  const consumer = await bus.js.consumers.get(streamName(bus), {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: state.place.seq + 1,
  });
  const messages = await consumer.consume({
    max_messages: 500,
    expires: 10_000,
    idle_heartbeat: 2_000,
    abort_on_missing_resource: true,
  });
  const close = () => void messages.close();
  await using watching = new AsyncDisposableStack();
  // Without a link the server removes it by itself after a while.
  watching.defer(async () => void (bus.connected && (await consumer.delete().catch(() => false))));
  watching.use(watch(options, state, close));
  watching.use(bus.onReconnect(close));
  signal.addEventListener('abort', close, { once: true });
  watching.defer(() => signal.removeEventListener('abort', close));
  if (signal.aborted) close();
  for await (const message of messages) give(options, state, message);
}

/** Whether the stream still is what `state` was made from. */
async function isSame(bus: Bus, stream: StreamInfo, { created, place, lastId }: State): Promise<boolean> {
  if (stream.created !== created || stream.state.last_seq < place.seq) return false;
  return lastId === '' || !(await isLost(bus, stream, { id: lastId, seq: place.seq }));
}

function beginEpoch({ log, last, onEpoch }: FollowOptions, stream: StreamInfo, state: State) {
  const { created, config } = stream;
  const { first_seq, last_seq } = stream.state;
  if (state.created) log.warn({ was: state.created, now: created }, 'the event stream was lost; a new epoch begins');
  state.epochs = created === state.created ? state.epochs + 1 : 0;
  state.created = created;
  state.place = {
    epoch: epochOf(config.name, created, state.epochs),
    seq: Math.max(first_seq - 1, last_seq - last, 0),
  };
  state.lastId = '';
  state.until = last_seq;
  state.live = false;
  onEpoch(state.place);
}

/** The same for all replicas, so that a client may go from one to another. */
function epochOf(name: string, created: string, epochs: number): string {
  const id = createHash('sha256').update(`${name} ${created}`).digest('base64url').slice(0, 12);
  return epochs === 0 ? id : `${id}.${epochs}`;
}

function goLive({ onLive }: FollowOptions, state: State) {
  state.live = true;
  onLive(state.place);
}

function give(options: FollowOptions, state: State, message: JsMsg) {
  const past = message.seq <= state.until;
  state.place = { epoch: state.place.epoch, seq: message.seq };
  state.lastId = message.headers?.get('Nats-Msg-Id') ?? '';
  const { timestamp } = message;
  const subject = message.subject.slice(options.bus.prefix.length + 1);
  try {
    options.onEvent({ place: state.place, subject, timestamp, past, json: () => message.json() });
  } catch (error) {
    options.log.error({ err: error, subject, seq: message.seq }, 'an event could not be handled');
  }
  // The last of them may have been removed from the stream: then it is nothing pending that says so.
  if (!state.live && (message.seq >= state.until || message.info.pending === 0)) goLive(options, state);
}

/** Calls `lost` when the stream is gone or another one; a consumer in memory doesn't always hear of it. */
function watch({ bus, log }: FollowOptions, state: State, lost: () => void): AsyncDisposable {
  return loop({
    name: 'watch events',
    everyMs: LOOK_MS,
    log,
    async run() {
      if (bus.connected && (await isReplaced(bus, state))) lost();
    },
  });
}

async function isReplaced(bus: Bus, { created, place }: State): Promise<boolean> {
  try {
    const stream = await bus.jsm.streams.info(streamName(bus));
    return stream.created !== created || stream.state.last_seq < place.seq;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}
