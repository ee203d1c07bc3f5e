import { fail } from '@aniworld/contracts';
import { testDatabase, testPrefix } from '@aniworld/testing';
import { sql, type Transaction } from 'kysely';
import { describe, expect, inject, test } from 'vitest';
import { endOfVictim, type KeptLog, keptLog, silent, until } from './chassis.fixture.ts';
import type { Patience } from './consume.ts';
import { type EventRig, happened, openRig as open } from './events.fixture.ts';
import { ensureStream, streamName } from './stream.ts';

const QUICK: Patience = { pauseMs: () => 20, deliveries: 3, deliveriesAway: 6, ackWaitMs: 1_000 };

async function openRig({ log = silent }: Partial<KeptLog> = {}): Promise<EventRig> {
  await using opened = new AsyncDisposableStack();
  const { url } = opened.use(await testDatabase());
  const place = { natsUrl: inject('natsUrl'), prefix: testPrefix(), databaseUrl: url };
  const rig = opened.use(await open(place, log));
  const kept = opened.move();
  return { ...rig, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const parked = async ({ db }: EventRig) =>
  (await sql<Record<string, unknown>>`select * from parked_event`.execute(db)).rows;
const has = (rig: EventRig, count: number) => until(async () => (await rig.effects()).length >= count);

describe('an event', () => {
  test('that was sent before the consumer existed has its effect, and so has one that is sent later', async () => {
    await using rig = await openRig();
    await using _relay = rig.relay();
    await rig.emitAll([1, 2]);
    await using _consumer = rig.consumer();
    await rig.emitAll([3]);
    await has(rig, 3);
    expect(await rig.effects()).toEqual([1, 2, 3]);
  });

  test('has its effect once although two replicas consume and the stream gives it again', async () => {
    await using rig = await openRig();
    await using relay = rig.relay();
    const numbers = Array.from({ length: 40 }, (_, n) => n);
    await rig.emitAll(numbers);
    await using _first = rig.consumer();
    await using _second = rig.consumer();
    await has(rig, 40);
    // The relay fills a new stream with the same events; what is the last to arrive is new.
    await rig.bus.jsm.streams.delete(streamName(rig.bus));
    await rig.emitAll([99]);
    relay.wake();
    await until(async () => (await rig.effects()).includes(99));
    expect(await rig.effects()).toEqual([...numbers, 99]);
    const { rows } = await sql`select * from inbox`.execute(rig.db);
    expect(rows).toHaveLength(41);
  });

  test('whose consumer was killed between its commit and the acknowledgement has its effect once', async () => {
    await using rig = await openRig();
    await using _relay = rig.relay();
    await rig.emitAll([1]);
    expect(await endOfVictim('consumer', 'consume.committed', JSON.stringify(rig.place))).toBe('SIGKILL');
    expect(await rig.effects()).toEqual([1]);
    await using _consumer = rig.consumer({ patience: QUICK });
    await rig.emitAll([2]);
    await has(rig, 2);
    const name = 'catalog_sample_happened';
    await until(async () => (await rig.bus.jsm.consumers.info(streamName(rig.bus), name)).num_ack_pending === 0);
    expect(await rig.effects()).toEqual([1, 2]);
  }, 60_000);

  test('whose effect fails is rolled back whole and comes again', async () => {
    const { log, line } = keptLog();
    await using rig = await openRig({ log });
    await using _relay = rig.relay();
    let tries = 0;
    await using _consumer = rig.consumer({
      patience: QUICK,
      async handle({ n }, tx) {
        await sql`insert into effect values (${n})`.execute(tx);
        tries += 1;
        if (tries === 1) throw new Error('as planned');
      },
    });
    await rig.emitAll([1]);
    await has(rig, 1);
    expect([tries, await rig.effects()]).toEqual([2, [1]]);
    expect(await line('comes again')).toMatchObject({ level: 40, event: 'sample.happened', delivery: 1 });
  });
});

describe('events that come together', () => {
  test('share an effect where there is one for all, each once, and one that spoils it costs the others nothing', async () => {
    await using rig = await openRig();
    await using _relay = rig.relay();
    const groups: number[][] = [];
    const insert = (numbers: number[], tx: Transaction<any>) =>
      sql`insert into effect select unnest(${numbers}::int[])`.execute(tx);
    await rig.emitAll(Array.from({ length: 30 }, (_, n) => n));
    await using _consumer = rig.consumer({
      patience: QUICK,
      async handle({ n }, tx) {
        if (n === 13) throw new Error('cannot');
        await insert([n], tx);
      },
      async handleAll(all, tx) {
        const numbers = all.map(({ n }) => n);
        groups.push(numbers);
        await insert(numbers, tx);
        if (numbers.includes(13)) throw new Error('cannot');
      },
    });
    await has(rig, 29);
    await until(async () => (await parked(rig)).length === 1);
    await rig.emitAll(Array.from({ length: 30 }, (_, n) => 100 + n));
    await has(rig, 59);
    expect(await rig.effects()).toEqual([...range(0, 12), ...range(14, 29), ...range(100, 129)]);
    expect(groups.some((group) => group.length > 5)).toBe(true);
  });
});

describe('an event that fails again and again', () => {
  test('is parked with its data and reason, loudly, and the next one is handled', async () => {
    const { log, line } = keptLog();
    await using rig = await openRig({ log });
    await using _relay = rig.relay();
    await using _consumer = rig.consumer({
      patience: QUICK,
      async handle({ n }, tx) {
        if (n === 1) throw new Error('cannot');
        await sql`insert into effect values (${n})`.execute(tx);
      },
    });
    await rig.emitAll([1, 2]);
    expect(await line('is parked')).toMatchObject({ level: 50, delivery: 3 });
    await has(rig, 1);
    expect(await rig.effects()).toEqual([2]);
    expect(await parked(rig)).toMatchObject([
      { consumer: 'catalog_sample_happened', subject: 'evt.sample.happened', data: { n: 1 }, error: 'Error: cannot' },
    ]);
  });

  test('is tried far longer when what fails is that something is away', async () => {
    await using rig = await openRig();
    await using _relay = rig.relay();
    let tries = 0;
    await using _consumer = rig.consumer({
      patience: QUICK,
      async handle({ n }, tx) {
        tries += 1;
        if (tries < 6) throw fail('UNAVAILABLE');
        await sql`insert into effect values (${n})`.execute(tx);
      },
    });
    await rig.emitAll([1]);
    await has(rig, 1);
    expect([tries, await parked(rig)]).toEqual([6, []]);
  });

  test('is parked also when it is not JSON, or not what the contract says, or nothing that jsonb can hold', async () => {
    await using rig = await openRig();
    await ensureStream(rig.bus);
    await using _consumer = rig.consumer({ patience: QUICK });
    for (const text of ['not JSON', '{"n":"one"}', '{"n":"\\u0000"}']) {
      await rig.bus.js.publish(rig.bus.subject(happened), text);
    }
    await rig.bus.js.publish(rig.bus.subject(happened), '{"n":7}');
    await until(async () => (await parked(rig)).length === 3);
    await has(rig, 1);
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    expect((await parked(rig)).map((row) => row.data)).toEqual(
      expect.arrayContaining([base64('not JSON'), { n: 'one' }, base64('{"n":"\\u0000"}')]),
    );
  });
});

describe('a consumer', () => {
  test('that is deleted under way is made again', async () => {
    await using rig = await openRig();
    await using _relay = rig.relay();
    await using _consumer = rig.consumer();
    await rig.emitAll([1]);
    await has(rig, 1);
    await rig.bus.jsm.consumers.delete(streamName(rig.bus), 'catalog_sample_happened');
    await rig.emitAll([2]);
    await has(rig, 2);
    expect(await rig.effects()).toEqual([1, 2]);
  });

  test('ends when disposed, also at once after its start and while a handler runs', async () => {
    await using rig = await openRig();
    await using _relay = rig.relay();
    await using _idle = rig.consumer();
    await rig.consumer()[Symbol.asyncDispose]();
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const negative = async ({ n }: { n: number }, tx: Transaction<any>) =>
      void (await sql`insert into effect values (${-n})`.execute(tx));
    const busy = rig.consumer({
      service: 'other',
      async handle(data, tx) {
        begun.resolve();
        await go.promise;
        await negative(data, tx);
      },
    });
    await rig.emitAll([1, 2, 3]);
    await begun.promise;
    const closing = busy[Symbol.asyncDispose]();
    go.resolve();
    await closing;
    // What it had fetched ahead is done, and nothing waits half a minute for the next replica.
    await using _next = rig.consumer({ service: 'other', handle: negative });
    await until(async () => (await rig.effects()).filter((n) => n < 0).length === 3);
    expect((await rig.effects()).filter((n) => n < 0)).toEqual([-3, -2, -1]);
  }, 10_000);
});
