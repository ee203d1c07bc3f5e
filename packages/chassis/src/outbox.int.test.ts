import { testDatabase, testPrefix } from '@aniworld/testing';
import { sql } from 'kysely';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { endOfVictim, type KeptLog, keptLog, ownBroker, silent, until } from './chassis.fixture.ts';
import { type EventRig, happened, openRig as open } from './events.fixture.ts';
import { emit } from './outbox.ts';
import { ensureStream, streamName } from './stream.ts';

async function openRig({ log = silent, natsUrl = inject('natsUrl') }: Partial<KeptLog & { natsUrl: string }> = {}) {
  await using opened = new AsyncDisposableStack();
  const { url } = opened.use(await testDatabase());
  const rig: EventRig = opened.use(await open({ natsUrl, prefix: testPrefix(), databaseUrl: url }, log));
  const kept = opened.move();
  return { ...rig, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const unsent = async ({ db }: EventRig) =>
  (await sql<{ n: number }>`select count(*)::int as n from outbox where sent_at is null`.execute(db)).rows[0]?.n;
const allSent = (rig: EventRig) => until(async () => (await unsent(rig)) === 0);

describe('the relay', () => {
  test('sends what was committed, in the order of writing, and nothing that was rolled back', async () => {
    await using rig = await openRig();
    await rig.emitAll(range(1, 450));
    await rig.db
      .transaction()
      .execute(async (tx) => {
        await emit(tx, happened, { n: 1_000 });
        throw new Error('as planned');
      })
      .catch(() => undefined);
    await rig.emitAll([451]);
    await using _relay = rig.relay();
    await allSent(rig);
    expect(await rig.stored()).toEqual(range(1, 451));
  });

  test('sends at once when it is woken', async () => {
    await using rig = await openRig();
    await using relay = rig.relay();
    await rig.emitAll([1]);
    await allSent(rig);
    const begun = performance.now();
    await rig.emitAll([2]);
    relay.wake();
    await allSent(rig);
    expect(performance.now() - begun).toBeLessThan(700);
  });

  test('that was killed after the stream had acknowledged and before the row was marked has its event absorbed', async () => {
    await using rig = await openRig();
    await rig.emitAll([1, 2, 3]);
    expect(await endOfVictim('relay', 'outbox.published', JSON.stringify(rig.place))).toBe('SIGKILL');
    expect(await rig.stored()).toEqual([1, 2, 3]);
    expect(await unsent(rig)).toBe(3);
    await using _relay = rig.relay();
    await allSent(rig);
    expect(await rig.stored()).toEqual([1, 2, 3]);
  }, 60_000);

  test('may run twice at the same time: each event is sent once', async () => {
    await using rig = await openRig();
    await rig.emitAll(range(1, 1_000));
    await using _first = rig.relay();
    await using _second = rig.relay();
    await rig.emitAll(range(1_001, 1_100));
    await allSent(rig);
    expect((await rig.stored()).sort((a, b) => a - b)).toEqual(range(1, 1_100));
  });

  test('fills the stream again after it was deleted', async () => {
    const { log, line } = keptLog();
    await using rig = await openRig({ log });
    await using relay = rig.relay();
    await rig.emitAll([1, 2, 3]);
    await allSent(rig);
    await rig.bus.jsm.streams.delete(streamName(rig.bus));
    await rig.emitAll([4]);
    relay.wake();
    await line('publishing again');
    await until(async () => (await unsent(rig)) === 0 && (await rig.stored()).length === 4);
    expect(await rig.stored()).toEqual([1, 2, 3, 4]);
  });

  test('notices an older copy of the stream, although others have filled it past the old end meanwhile', async () => {
    const files = await mkdtemp(join(tmpdir(), 'aniworld-copy-'));
    await using database = await testDatabase();
    const place = { prefix: testPrefix(), databaseUrl: database.url };
    const { log, line } = keptLog();
    const withBroker = async (use: (rig: EventRig) => Promise<void>) => {
      await using broker = await ownBroker(join(files, 'now'));
      await using rig = await open({ ...place, natsUrl: broker.url }, log);
      await use(rig);
    };
    const send = (numbers: number[]) => async (rig: EventRig) => {
      await using _relay = rig.relay();
      await rig.emitAll(numbers);
      await allSent(rig);
    };
    await withBroker(send([1]));
    await cp(join(files, 'now'), join(files, 'copy'), { recursive: true });
    await withBroker(send([2, 3]));
    await rm(join(files, 'now'), { recursive: true });
    await rename(join(files, 'copy'), join(files, 'now'));
    await withBroker(async (rig) => {
      for (const n of [100, 101, 102]) await rig.bus.js.publish(rig.bus.subject(happened), JSON.stringify({ n }));
      await using _relay = rig.relay();
      await line('publishing again');
      await allSent(rig);
      expect(await rig.stored()).toEqual([1, 100, 101, 102, 2, 3]);
    });
    await rm(files, { recursive: true });
  });

  test('takes events that the stream has dropped for their age, or that a person has purged, for sent', async () => {
    const { log, lines } = keptLog();
    await using rig = await openRig({ log });
    {
      await using _relay = rig.relay();
      await rig.emitAll([1, 2, 3]);
      await allSent(rig);
    }
    await rig.bus.jsm.streams.purge(streamName(rig.bus));
    await using _again = rig.relay();
    await rig.emitAll([4]);
    await allSent(rig);
    expect(await rig.stored()).toEqual([4]);
    expect(lines.filter((entry) => entry.msg.includes('again'))).toEqual([]);
  });

  test('goes on by itself after the broker was killed, and loses nothing', async () => {
    await using broker = await ownBroker();
    await using rig = await openRig({ natsUrl: broker.url });
    await using relay = rig.relay();
    await rig.emitAll(range(1, 50));
    await allSent(rig);
    await broker.kill();
    await until(() => !rig.bus.connected);
    await rig.emitAll(range(51, 100));
    relay.wake();
    await allSent(rig);
    await ensureStream(rig.bus);
    await until(async () => (await rig.stored()).length >= 100);
    expect((await rig.stored()).sort((a, b) => a - b)).toEqual(range(1, 100));
  });
});

test('an event that no broker would take is refused in the transaction of its change', async () => {
  await using rig = await openRig();
  const wide = { ...happened, data: z.object({ text: z.string() }) };
  const change = rig.db.transaction().execute((tx) => emit(tx, wide, { text: 'x'.repeat(1_000_001) }));
  await expect(change).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  expect(await unsent(rig)).toBe(0);
});
