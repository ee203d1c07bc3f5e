import { testPrefix } from '@aniworld/testing';
import { describe, expect, test } from 'vitest';
import type { Bus } from './bus.ts';
import { keptLog, ownBroker, silent, testBus, until } from './chassis.fixture.ts';
import { happened } from './events.fixture.ts';
import { type Followed, follow, type Place } from './follow.ts';
import { ensureStream, streamName } from './stream.ts';

type Seen = ['epoch' | 'live', number] | ['past' | 'now', number, number];

/** A follower that writes down what it is told. */
function watch(bus: Bus, { last = 100, log = silent } = {}) {
  const seen: Seen[] = [];
  const epochs: string[] = [];
  const note = (what: 'epoch' | 'live') => (place: Place) => {
    if (what === 'epoch') epochs.push(place.epoch);
    seen.push([what, place.seq]);
  };
  const onEvent = ({ past, place, json }: Followed) =>
    void seen.push([past ? 'past' : 'now', place.seq, (json() as { n: number }).n]);
  const follower = follow({ ...{ bus, log, last, onEvent }, onEpoch: note('epoch'), onLive: note('live') });
  const lives = () => seen.filter(([what]) => what === 'live').length;
  const numbers = () => seen.flatMap((entry) => (entry.length === 3 ? [entry[2]] : []));
  return { follower, seen, epochs, numbers, live: (times = 1) => until(() => lives() >= times) };
}

const put = async (bus: Bus, ...numbers: number[]) => {
  for (const n of numbers) await bus.js.publish(bus.subject(happened), JSON.stringify({ n }), { msgID: `event-${n}` });
};

test('the last events come first, then each as it happens, with the stream’s own numbers', async () => {
  await using bus = await testBus(testPrefix());
  await ensureStream(bus);
  await put(bus, 1, 2, 3, 4);
  const { follower, seen, live, numbers } = watch(bus, { last: 2 });
  await using _follower = follower;
  await live();
  await put(bus, 5);
  await until(() => numbers().includes(5));
  expect(seen).toEqual([
    ['epoch', 2],
    ['past', 3, 3],
    ['past', 4, 4],
    ['live', 4],
    ['now', 5, 5],
  ]);
});

test('an empty stream is live at once, and is made where there is none', async () => {
  await using bus = await testBus(testPrefix());
  const { follower, seen, live, epochs } = watch(bus);
  await using _follower = follower;
  expect(() => follower.check()).toThrow();
  await live();
  follower.check();
  expect(seen).toEqual([
    ['epoch', 0],
    ['live', 0],
  ]);
  expect(epochs[0]).toMatch(/^[\w-]{12}$/);
});

test('two replicas agree on epoch and numbers', async () => {
  await using bus = await testBus(testPrefix());
  await ensureStream(bus);
  await put(bus, 1, 2);
  const first = watch(bus);
  const second = watch(bus);
  await using _first = first.follower;
  await using _second = second.follower;
  await Promise.all([first.live(), second.live()]);
  expect(second.seen).toEqual(first.seen);
  expect(second.epochs).toEqual(first.epochs);
});

test('an event that can not be read, and a listener that fails, hold up nothing', async () => {
  await using bus = await testBus(testPrefix());
  const { log, line } = keptLog();
  const { follower, live, numbers } = watch(bus, { log });
  await using _follower = follower;
  await live();
  await bus.js.publish(bus.subject(happened), 'not JSON');
  await put(bus, 2);
  await until(() => numbers().includes(2));
  expect(await line('could not be handled')).toMatchObject({ subject: 'evt.sample.happened', seq: 1 });
});

describe('a new epoch begins', () => {
  test('when the stream is deleted; what is put into the new one meanwhile is past', async () => {
    await using bus = await testBus(testPrefix());
    const { follower, live, numbers, epochs } = watch(bus);
    await using _follower = follower;
    await live();
    await put(bus, 1);
    await until(() => numbers().includes(1));
    await bus.jsm.streams.delete(streamName(bus));
    await live(2);
    await put(bus, 2);
    await until(() => numbers().includes(2));
    expect(epochs).toHaveLength(2);
    expect(epochs[1]).not.toBe(epochs[0]);
  });

  test('when the stream is deleted and made again so quickly that nobody could see it gone', async () => {
    await using bus = await testBus(testPrefix());
    const { follower, live, numbers, epochs } = watch(bus);
    await using _follower = follower;
    await live();
    await put(bus, 1, 2, 3);
    await until(() => numbers().length === 3);
    await bus.jsm.streams.delete(streamName(bus));
    await ensureStream(bus);
    await put(bus, 4, 5, 6, 7);
    await live(2);
    expect(numbers()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(epochs).toHaveLength(2);
  });
});

test('after the broker was killed it goes on in the same epoch, missing nothing and repeating nothing', async () => {
  await using broker = await ownBroker();
  await using bus = await testBus(testPrefix(), { url: broker.url });
  const { follower, live, numbers, epochs } = watch(bus);
  await using _follower = follower;
  await live();
  await put(bus, 1, 2);
  await until(() => numbers().length === 2);
  await broker.kill();
  await until(() => !bus.connected);
  await until(() => bus.connected);
  await ensureStream(bus);
  await put(bus, 3, 4);
  await until(() => numbers().length >= 4);
  await put(bus, 5);
  await until(() => numbers().includes(5));
  expect([numbers(), epochs.length]).toEqual([[1, 2, 3, 4, 5], 1]);
});

test('a follower ends when it is disposed, also right after its start', async () => {
  await using bus = await testBus(testPrefix());
  const early = watch(bus);
  await early.follower[Symbol.asyncDispose]();
  const { follower, live } = watch(bus);
  await live();
  await follower[Symbol.asyncDispose]();
  expect(early.numbers()).toEqual([]);
  const consumers = async () => (await bus.jsm.streams.info(streamName(bus))).state.consumer_count;
  await until(async () => (await consumers()) === 0);
});
