import { type Event, type EventData, fail, subjectOf } from '@aniworld/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Bus } from './bus.ts';
import { killPoint } from './kill-point.ts';
import type { Log } from './log.ts';
import { type Loop, loop } from './loop.ts';
import { eventsPublished, outboxReplayed } from './metrics.ts';
import { statement } from './statement.ts';
import { ensureStream, isLost } from './stream.ts';

/** Rows of one round; each waits for its acknowledgement before it counts as sent. */
const BATCH = 200;
/** From the beginning of one round to that of the next: a single event waits for nothing, a stream of them shares rounds. */
const GAP_MS = 50;
/** How long sent rows are kept to be published again when the stream was lost. */
const KEEP_HOURS = 24;
/** The broker takes messages of 1 MiB by default, headers included; one that it refuses would block all behind it. */
const MOST_BYTES = 1_000_000;

/** An event as the outbox holds it. */
export interface OutboxEntry {
  name: string;
  subject: string;
  payload: string;
}

/**
 * An event and its data, for `emitAll`.
 * @throws PAYLOAD_TOO_LARGE above a million bytes.
 */
export function outboxEntry<E extends Event>(event: E, data: EventData<E>): OutboxEntry {
  const payload = JSON.stringify(event.data.parse(data));
  if (Buffer.byteLength(payload) > MOST_BYTES) throw fail('PAYLOAD_TOO_LARGE');
  return { name: event.name, subject: subjectOf(event), payload };
}

/**
 * Records a durable event in the transaction of the change that it tells of. The relay sends it after the commit.
 * @param tx the change's transaction; the pool would break the promise that both commit together.
 * @throws PAYLOAD_TOO_LARGE above a million bytes.
 */
export async function emit<E extends Event>(tx: Transaction<any>, event: E, data: EventData<E>): Promise<void> {
  await emitAll(tx, [outboxEntry(event, data)]);
}

/** Records several events in one statement, to be sent in this order. */
export async function emitAll(tx: Transaction<any>, entries: OutboxEntry[]): Promise<void> {
  const [names, subjects, payloads] = [
    entries.map((e) => e.name),
    entries.map((e) => e.subject),
    entries.map((e) => e.payload),
  ];
  await insertEvents(tx, { names, subjects, payloads });
}

const insertEvents = statement<Record<'names' | 'subjects' | 'payloads', string[]>, never>(
  'emit',
  ({ names, subjects, payloads }) => sql`
    insert into outbox (name, subject, data)
    select e.name, e.subject, e.payload::json
    from unnest(${names}::text[], ${subjects}::text[], ${payloads}::text[])
      with ordinality as e(name, subject, payload, place)
    order by e.place`,
);

/**
 * The statement that records events whose data a query makes, for a change that is one statement itself: a part of its WITH.
 * Nothing checks the data but the consumers, so a test has to.
 * @param rows a query with one column of json
 */
export function emitRows(event: Event, rows: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`insert into outbox (name, subject, data)
    select ${sql.lit(event.name)}, ${sql.lit(subjectOf(event))}, made.data from (${rows}) as made (data)`;
}

export interface RelayOptions {
  db: Kysely<any>;
  bus: Bus;
  service: string;
  log: Log;
}

/**
 * Sends what the outbox holds, in the order of writing, until disposed. Call `wake` after a commit; a poll of a second
 * stands behind it. Every replica may run one: rows that another is sending are skipped.
 */
export function startRelay(options: RelayOptions): Loop {
  const due = { check: 0, clean: 0 };
  const relay = loop({
    name: 'outbox',
    everyMs: 1_000,
    log: options.log,
    run: (signal) => relayRound(options, due, signal),
  });
  const reconnected = options.bus.onReconnect(() => {
    due.check = 0;
    relay.wake();
  });
  return {
    wake: relay.wake,
    async [Symbol.asyncDispose]() {
      reconnected[Symbol.dispose]();
      await relay[Symbol.asyncDispose]();
    },
  };
}

/** `due` holds when the stream is to be looked at and when old rows are to be removed, in monotonic milliseconds. */
async function relayRound(options: RelayOptions, due: { check: number; clean: number }, signal: AbortSignal) {
  if (!options.bus.connected) return;
  if (performance.now() >= due.check) {
    await checkStream(options);
    due.check = performance.now() + 20_000;
  }
  try {
    for (let sent = BATCH; sent > 0 && !signal.aborted; ) {
      const begun = performance.now();
      sent = await sendBatch(options);
      // In a stream of commits, fewer rounds of more rows.
      if (sent > 0 && sent < BATCH)
        await delay(Math.max(0, GAP_MS - (performance.now() - begun)), undefined, { signal });
    }
  } catch (error) {
    // Perhaps there is no stream any more.
    due.check = 0;
    throw error;
  }
  if (performance.now() >= due.clean) {
    await clean(options.db);
    due.clean = performance.now() + 600_000;
  }
}

interface OutboxRow {
  id: string;
  subject: string;
  data: string;
}

// As text: it goes out as it is stored.
const unsent = statement<{ most: number }, OutboxRow>(
  'unsent',
  ({ most }) => sql`
    select id, subject, data::text as data from outbox where sent_at is null order by position limit ${most}
    for update skip locked`,
);

const markSent = statement<{ ids: string[]; seqs: number[] }, never>(
  'sent',
  ({ ids, seqs }) => sql`
    update outbox set sent_at = now(), seq = sent.seq
    from unnest(${ids}::uuid[], ${seqs}::bigint[]) as sent (id, seq)
    where outbox.id = sent.id`,
);

async function sendBatch({ db, bus, service }: RelayOptions): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const rows = await unsent(tx, { most: BATCH });
    if (rows.length === 0) return 0;
    // Published one after the other into the connection's buffer, so the stream has them in order; acks are awaited together.
    const acks = await Promise.all(
      rows.map((row) => bus.js.publish(`${bus.prefix}.${row.subject}`, row.data, { msgID: row.id, timeout: 5_000 })),
    );
    await killPoint('outbox.published');
    await markSent(tx, { ids: rows.map((row) => row.id), seqs: acks.map((ack) => ack.seq) });
    eventsPublished.inc({ service }, rows.length);
    return rows.length;
  });
}

/**
 * Notices that the stream is another one, or an older copy of itself, and marks the sent rows of the last day as unsent.
 * The proof is the last event that this service sent: it must still be where it was put. Consumers have recorded what they handled, so
 * what arrives a second time changes nothing.
 */
async function checkStream({ db, bus, service, log }: RelayOptions): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ created: string }>`select created from outbox_stream for update`.execute(tx);
    const { rows: sent } = await sql<{ id: string; seq: number }>`
      select id, seq from outbox where seq is not null order by seq desc limit 1`.execute(tx);
    const stream = await ensureStream(bus);
    const was = rows[0]?.created;
    if ((was && was !== stream.created) || (sent[0] && (await isLost(bus, stream, sent[0])))) {
      await sql`
        update outbox set seq = null, sent_at = case
          when sent_at < now() - make_interval(hours => ${KEEP_HOURS}) then sent_at
        end
        where sent_at is not null`.execute(tx);
      outboxReplayed.inc({ service });
      log.warn({ was, last_sent: sent[0], created: stream.created }, 'the event stream was lost; publishing again');
    }
    await sql`
      insert into outbox_stream (created) values (${stream.created})
      on conflict (only_row) do update set created = excluded.created`.execute(tx);
  });
}

async function clean(db: Kysely<any>): Promise<void> {
  await sql`delete from outbox where sent_at < now() - make_interval(hours => ${KEEP_HOURS})`.execute(db);
  // Longer than any stream or outbox keeps an event: after this nothing can be delivered again.
  await sql`delete from inbox where handled_at < now() - interval '7 days'`.execute(db);
}
