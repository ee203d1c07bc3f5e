import { event } from '@aniworld/contracts';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { type Bus, connectBus } from './bus.ts';
import { type ConsumeOptions, consume } from './consume.ts';
import { openDb } from './db.ts';
import type { Log } from './log.ts';
import { emit, startRelay } from './outbox.ts';
import { streamName } from './stream.ts';

/** What the tests of outbox, consumers and followers are about. */
export const happened = event('sample.happened', {
  summary: 'Something',
  delivery: 'durable',
  data: z.object({ n: z.int() }),
});

export interface EventRig extends AsyncDisposable {
  bus: Bus;
  db: Kysely<any>;
  /** Where another process finds the same broker and database. */
  place: { natsUrl: string; prefix: string; databaseUrl: string };
  relay(): ReturnType<typeof startRelay>;
  /** Commits an event for each number, in one transaction. */
  emitAll(numbers: number[]): Promise<void>;
  /** Writes the number of each event into the table `effect`, unless told otherwise. */
  consumer(more?: Partial<ConsumeOptions<typeof happened, any>>): AsyncDisposable;
  effects(): Promise<number[]>;
  /** The numbers of the events in the stream, in its order. */
  stored(): Promise<number[]>;
}

export async function openRig(place: EventRig['place'], log: Log): Promise<EventRig> {
  const bus = await connectBus({ url: place.natsUrl, prefix: place.prefix, name: 'catalog', log });
  // A folder without migrations: the chassis's own tables are all that is needed.
  const migrations = new URL('.', import.meta.url);
  const db = await openDb<any>({ url: place.databaseUrl, service: 'catalog', migrations, log });
  await sql`create table if not exists effect (n integer not null)`.execute(db);
  const common = { bus, db, service: 'catalog', log };
  return {
    ...{ bus, db, place },
    relay: () => startRelay(common),
    async emitAll(numbers) {
      await db.transaction().execute(async (tx) => {
        for (const n of numbers) await emit(tx, happened, { n });
      });
    },
    consumer: (more) =>
      consume({
        ...{ ...common, event: happened },
        handle: async ({ n }, tx) => void (await sql`insert into effect values (${n})`.execute(tx)),
        ...more,
      }),
    async effects() {
      const { rows } = await sql<{ n: number }>`select n from effect order by n`.execute(db);
      return rows.map((row) => row.n);
    },
    stored: () => stored(bus),
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await bus[Symbol.asyncDispose]();
    },
  };
}

async function stored(bus: Bus): Promise<number[]> {
  const numbers: number[] = [];
  const { state } = await bus.jsm.streams.info(streamName(bus));
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq += 1) {
    const message = await bus.jsm.streams.getMessage(streamName(bus), { seq });
    if (message) numbers.push(message.json<{ n: number }>().n);
  }
  return numbers;
}
