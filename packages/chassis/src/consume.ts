import { AppError, type Event, type EventData, errorCatalogue, subjectOf } from '@aniworld/contracts';
import { AckPolicy, DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Bus } from './bus.ts';
import { databaseError } from './db.ts';
import { killPoint } from './kill-point.ts';
import type { Log } from './log.ts';
import { loop } from './loop.ts';
import { eventsConsumed } from './metrics.ts';
import { gathering } from './sharing.ts';
import { statement } from './statement.ts';
import { ensureStream, streamName } from './stream.ts';

/** When an event that could not be handled comes again, and when it is given up. */
export interface Patience {
  /** Milliseconds before the next delivery. */
  pauseMs: (delivery: number) => number;
  /** Deliveries after which an event is parked: it would fail for ever and hold up nothing but itself. */
  deliveries: number;
  /** The same where the cause is that something is away, which is not the event's fault. */
  deliveriesAway: number;
  /** After this an event that was neither handled nor given back comes again: its consumer is dead, or very slow. */
  ackWaitMs: number;
}

const PATIENCE: Patience = {
  pauseMs: (delivery) => 1_000 * Math.min(60, 2 ** (delivery - 1)),
  deliveries: 8,
  // About four hours.
  deliveriesAway: 250,
  ackWaitMs: 30_000,
};

/** Fetched ahead: few, so that four slow handlers one after the other stay within `ackWaitMs`. */
const PREFETCH = 4;
/** Events that share a transaction at most, where there is a `handleAll`. */
const MOST_TOGETHER = 200;
/** Between two such transactions in a stream of events; a single event waits for nothing. */
const GAP_MS = 1_000;

export interface ConsumeOptions<E extends Event, Schema> {
  bus: Bus;
  db: Kysely<Schema>;
  service: string;
  log: Log;
  event: E;
  /**
   * The effect. It runs in the transaction that also records the event's id, so it happens once however often the event
   * is delivered. What it throws is retried with backoff, so events may arrive out of order: their data carries versions.
   */
  handle: (data: EventData<E>, tx: Transaction<Schema>) => Promise<void>;
  /**
   * The effect of several events at once, in the order of the stream: where a stream of them would otherwise cost a
   * transaction and its commit each. When it fails, each of them is tried by itself, with `handle`.
   */
  handleAll?: (all: EventData<E>[], tx: Transaction<Schema>) => Promise<void>;
  /** Called after the commit of an effect: a relay is woken here, because within `handle` there is nothing to send yet. */
  committed?: () => void;
  patience?: Patience;
}

/** Reacts to a durable event with a durable consumer shared by all replicas of the service. */
export function consume<E extends Event, Schema>(options: ConsumeOptions<E, Schema>): AsyncDisposable {
  return loop({
    name: `consume ${options.event.name}`,
    everyMs: 500,
    log: options.log,
    run: (signal) => consumeUntilLost(options, signal),
  });
}

const consumerName = ({ service, event }: { service: string; event: Event }) =>
  `${service}_${event.name.replace('.', '_')}`;

/** One life of the consumer: ends when it or the stream is deleted, and the loop makes both again. */
async function consumeUntilLost<E extends Event, Schema>(options: ConsumeOptions<E, Schema>, signal: AbortSignal) {
  const { bus } = options;
  if (!bus.connected) return;
  await ensureStream(bus);
  const name = consumerName(options);
  await bus.jsm.consumers.add(streamName(bus), {
    durable_name: name,
    filter_subject: bus.subject(options.event),
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: (options.patience ?? PATIENCE).ackWaitMs * 1_000_000,
    max_deliver: -1,
    // Those that wait for their next try count too, and must not hold up the others.
    max_ack_pending: 1_000,
  });
  const consumer = await bus.js.consumers.get(streamName(bus), name);
  // A consumer that is gone is noticed by two missing heartbeats.
  const messages = await consumer.consume({
    max_messages: options.handleAll ? MOST_TOGETHER : PREFETCH,
    expires: 10_000,
    idle_heartbeat: 2_000,
    abort_on_missing_resource: true,
  });
  const close = () => void messages.close();
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  try {
    // After the stop signal too, to the end of the few that were fetched: given back, they would come again only after
    // `ackWaitMs`, where a server of 2.9 has nobody else to give them to.
    await settleEach(options, messages);
  } finally {
    signal.removeEventListener('abort', close);
    await messages.close();
  }
}

type Apply = (message: JsMsg) => Promise<boolean>;

async function settleEach<E extends Event, Schema>(
  options: ConsumeOptions<E, Schema>,
  messages: AsyncIterable<JsMsg>,
): Promise<void> {
  const apply = applied(options);
  const most = options.handleAll ? MOST_TOGETHER : 1;
  const open = new Set<Promise<void>>();
  for await (const message of messages) {
    const settled: Promise<void> = settle(options, message, apply).finally(() => open.delete(settled));
    open.add(settled);
    if (open.size >= most) await Promise.race(open);
  }
  await Promise.all(open);
}

async function settle<E extends Event, Schema>(options: ConsumeOptions<E, Schema>, message: JsMsg, apply: Apply) {
  try {
    const done = await apply(message);
    count(options, done ? 'done' : 'duplicate');
    if (done) options.committed?.();
    await killPoint('consume.committed', options.event.name);
    message.ack();
  } catch (error) {
    const delivery = message.info.deliveryCount;
    const { deliveries, deliveriesAway, pauseMs } = options.patience ?? PATIENCE;
    const context = { err: error, event: options.event.name, id: idOf(message), delivery };
    if (delivery < (isAway(error) ? deliveriesAway : deliveries)) {
      options.log.warn(context, 'an event could not be handled; it comes again');
      count(options, 'retried');
      return message.nak(pauseMs(delivery));
    }
    await park(options, message, error);
    options.log.error(context, 'an event failed again and again; it is parked in the table parked_event');
    count(options, 'parked');
    message.term();
  }
}

const count = ({ service, event }: { service: string; event: Event }, outcome: string) =>
  eventsConsumed.inc({ service, event: event.name, outcome });

const isAway = (error: unknown) =>
  error instanceof AppError ? errorCatalogue[error.code].retry : databaseError(error) !== null;

const idOf = (message: JsMsg) => message.headers?.get('Nats-Msg-Id') || `seq-${message.seq}`;

/** @returns what has the effect of an event, together with those that come with it; it says false for one that has had it */
function applied<E extends Event, Schema>(options: ConsumeOptions<E, Schema>): Apply {
  const one = async (message: JsMsg) => (await applyAll(options, [message]))[0]!;
  if (!options.handleAll) return one;
  return gathering(MOST_TOGETHER, (all: JsMsg[]) => applyAll(options, all), GAP_MS);
}

async function applyAll<E extends Event, Schema>(
  options: ConsumeOptions<E, Schema>,
  messages: JsMsg[],
): Promise<boolean[]> {
  const { db, event, handle, handleAll } = options;
  const data = messages.map((message) => event.data.parse(message.json()) as EventData<E>);
  return db.transaction().execute(async (tx) => {
    const rows = await recordEvents(tx, { consumer: consumerName(options), ids: messages.map(idOf) });
    const fresh = new Set(rows.map((row) => row.event_id));
    // One that came twice in a group counts once.
    const done = messages.map((message) => fresh.delete(idOf(message)));
    const news = data.filter((_, i) => done[i]);
    if (handleAll && news.length > 1) await handleAll(news, tx);
    else for (const one of news) await handle(one, tx);
    return done;
  });
}

const recordEvents = statement<{ consumer: string; ids: string[] }, { event_id: string }>(
  'record_events',
  ({ consumer, ids }) => sql`
    insert into inbox (consumer, event_id) select ${consumer}::text, id from unnest(${ids}::text[]) as id order by id
    on conflict do nothing returning event_id`,
);

async function park<E extends Event, Schema>(options: ConsumeOptions<E, Schema>, message: JsMsg, error: unknown) {
  await sql`
    insert into parked_event (consumer, event_id, subject, data, error)
    values (${consumerName(options)}, ${idOf(message)}, ${subjectOf(options.event)}, ${storable(message)}::jsonb, ${String(error)})
    on conflict do nothing`.execute(options.db);
}

/** The event's text as jsonb takes it: what isn't JSON, or holds the NUL that jsonb refuses, is kept as a string of base64. */
function storable(message: JsMsg): string {
  const text = message.string();
  try {
    JSON.parse(text);
    if (!text.includes('\\u0000')) return text;
  } catch {
    // Not JSON.
  }
  return JSON.stringify(Buffer.from(message.data).toString('base64'));
}
