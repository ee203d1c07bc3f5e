import { anime, type Message, queue, type QueueUpdate, realtime } from '@aniworld/contracts';
import { testPrefix } from '@aniworld/testing';
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  connect,
  connectPlain,
  bearer,
  type Connection,
  itemOf,
  libraryChange,
  progressOf,
  type Rig,
  STATUS,
  startRig,
  until,
} from './notifier.fixture.ts';

const titles = (messages: Message[]) => messages.map((message) => (message.data as { title: string }).title);
const titled = (title: string) => (message: Message) => titles([message])[0] === title;
const seqs = (messages: Message[]) => messages.map((message) => message.seq);

describe('a snapshot on entering', () => {
  test('of the queue is what its owner answers, and changes follow it', async () => {
    await using rig = await startRig(testPrefix());
    using client = connect(rig);
    await client.ask('join', { room: 'queue' });
    expect(await client.ear.hears('snapshot')).toMatchObject({ room: 'queue', data: { status: STATUS } });
    const update: QueueUpdate = { status: { ...STATUS, version: 2 }, change: null };
    rig.bus.publish(queue.statusChanged, update);
    expect(await client.ear.hears('queue_status')).toMatchObject({ room: 'queue', data: update });
  });

  test('of a service that is away is empty with the reason, and the room is entered all the same', async () => {
    await using rig = await startRig(testPrefix());
    using client = connect(rig);
    rig.status = null;
    expect(await client.ask('join', { room: 'queue' })).toEqual({ ok: true, room: 'queue' });
    expect(await client.ear.hears('snapshot')).toMatchObject({ data: null, error: { code: 'UNAVAILABLE' } });
    // Nobody answers for the library in this test.
    await client.ask('join', { room: 'library' });
    const isLibrary = (message: Message) => message.room === 'library';
    expect(await client.ear.hears('snapshot', isLibrary)).toMatchObject({ data: null, error: { code: 'UNAVAILABLE' } });
    await rig.durable(...libraryChange('one'));
    await client.ear.hears('library_changed');
  });

  test('of the downloads is what runs now, without what has ended', async () => {
    await using rig = await startRig(testPrefix());
    using witness = connect(rig);
    await witness.ask('join', { room: 'downloads' });
    expect(await witness.ear.hears('snapshot')).toMatchObject({ data: { active: [] } });
    const [running, done] = [randomUUID(), randomUUID()];
    for (const id of [running, done]) rig.bus.publish(queue.progress, progressOf(id, 1));
    await until(() => witness.ear.of('download_progress').length === 2);
    await rig.durable(queue.completed, {
      item: itemOf(done, randomUUID()),
      folder: '/',
      path: '/a',
      size: 1,
      sha256: 'x',
    });
    await witness.ear.hears('download_complete');
    using client = connect(rig);
    await client.ask('join', { room: 'downloads' });
    const { data } = await client.ear.hears('snapshot');
    expect(data).toEqual({ active: [progressOf(running, 1)] });
  });

  test.each(['system', `item:${randomUUID()}`, `series:${randomUUID()}`])('of %s is empty', async (room) => {
    await using rig = await startRig(testPrefix());
    using client = connect(rig);
    await client.ask('join', { room });
    expect(await client.ear.hears('snapshot')).toMatchObject({ room, data: {} });
  });
});

describe('an event', () => {
  test('goes to its room, to the rooms of its series and its item, and to no other; durable ones carry their number', async () => {
    await using rig = await startRig(testPrefix());
    const [item, series] = [randomUUID(), randomUUID()];
    const places = ['downloads', `item:${item}`, `series:${series}`, `item:${randomUUID()}`, 'queue'];
    const clients = places.map((room) => ({ room, client: connect(rig) }));
    await Promise.all(clients.map(({ room, client }) => client.ask('join', { room })));
    rig.bus.publish(queue.progress, { ...progressOf(item, 1), series_id: series });
    const completed = { item: itemOf(item, series), folder: '/', path: '/a', size: 1, sha256: 'x' };
    await clients[0]!.client.ear.hears('download_progress');
    const seq = await rig.durable(queue.completed, completed);
    await clients[0]!.client.ear.hears('download_complete');
    for (const { client } of clients) await client.ask('ping');
    const heard = clients.map(({ client }) =>
      client.ear.heard.filter((message) => message.type.startsWith('download_')),
    );
    expect(heard.map((messages) => messages.map(({ type, room, seq: at }) => [type, room, at]))).toEqual([
      ...places.slice(0, 3).map((room) => [
        ['download_progress', room, 0],
        ['download_complete', room, seq],
      ]),
      [],
      [],
    ]);
    expect(heard[0]?.[1]?.data).toEqual(completed);
    for (const { client } of clients) client[Symbol.dispose]();
  });

  test('that does not fit its contract, or is of a kind not known yet, is passed over', async () => {
    await using rig = await startRig(testPrefix());
    using client = connect(rig);
    await client.ask('join', { room: 'library' });
    await rig.bus.js.publish(`${rig.bus.prefix}.evt.future.event`, '{}');
    for (const wrong of ['not JSON', '{"series_id":"no id"}']) {
      await rig.bus.js.publish(rig.bus.subject(anime.changed), wrong);
    }
    await rig.durable(...libraryChange('good'));
    await client.ear.hears('library_changed');
    expect(titles(client.ear.of('library_changed'))).toEqual(['good']);
  });
});

test('progress comes at most four times a second for each item, the newest of each moment, and never after the end', async () => {
  await using rig = await startRig(testPrefix());
  using client = connect(rig);
  await client.ask('join', { room: 'downloads' });
  const [first, second] = [randomUUID(), randomUUID()];
  const begun = performance.now();
  let sample = 0;
  // Two items, a message every few milliseconds for more than a second; some arrive in the wrong order.
  while (performance.now() - begun < 1_300) {
    sample += 2;
    for (const id of [first, second]) {
      rig.bus.publish(queue.progress, progressOf(id, sample));
      rig.bus.publish(queue.progress, progressOf(id, sample - 1));
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await rig.durable(queue.completed, {
    item: itemOf(first, randomUUID()),
    folder: '/',
    path: '/a',
    size: 1,
    sha256: 'x',
  });
  rig.bus.publish(queue.progress, progressOf(first, sample + 1));
  await client.ear.hears('download_complete');
  await client.ear.hears('download_progress', (message) => {
    const data = message.data as { id: string; sample: number };
    return data.id === second && data.sample === sample;
  });
  const samples = (id: string) =>
    client.ear.of('download_progress').flatMap(({ data }) => {
      const progress = data as { id: string; sample: number };
      return progress.id === id ? [progress.sample] : [];
    });
  for (const id of [first, second]) {
    expect(samples(id).length).toBeGreaterThanOrEqual(4);
    expect(samples(id).length).toBeLessThanOrEqual(7);
    expect(samples(id)).toEqual([...samples(id)].sort((a, b) => a - b));
  }
  const ofFirst = client.ear.heard.filter(
    ({ type, data }) => type === 'download_complete' || (data as { id?: string } | null)?.id === first,
  );
  expect(ofFirst.at(-1)?.type).toBe('download_complete');
});

describe('after a lost link', () => {
  /** Joins the library, hears of `count` changes, and is gone. */
  async function leaveAfter(rig: Rig, count: number): Promise<Message> {
    using client = connect(rig);
    await client.ask('join', { room: 'library' });
    for (let n = 1; n <= count; n += 1) await rig.durable(...libraryChange(`before ${n}`));
    return await client.ear.hears('library_changed', titled(`before ${count}`));
  }

  test('a client gets exactly what its room had meanwhile, in order, then a snapshot, then what follows', async () => {
    await using rig = await startRig(testPrefix());
    const { epoch, seq } = await leaveAfter(rig, 3);
    for (const title of ['a', 'b', 'c']) {
      await rig.durable(...libraryChange(title));
      await rig.durable(queue.started, STATUS);
    }
    await using second = await rig.replica();
    for (const notifier of [rig.notifier, second]) {
      using client = connect({ ...rig, notifier });
      await client.ask('join', { room: 'library', epoch, seq });
      await client.ear.hears('snapshot');
      expect(client.ear.of('resync')).toEqual([]);
      expect(titles(client.ear.of('library_changed'))).toEqual(['a', 'b', 'c']);
      expect(seqs(client.ear.of('library_changed'))).toEqual([seq + 1, seq + 3, seq + 5]);
      expect(client.ear.heard.at(-1)).toMatchObject({ type: 'snapshot', seq: seq + 6 });
    }
  });

  test('nothing is missed and nothing comes twice, however joins and events fall together', async () => {
    await using rig = await startRig(testPrefix());
    const { epoch, seq } = await leaveAfter(rig, 1);
    const total = 60;
    const clients: Connection[] = [];
    for (let n = 1; n <= total; n += 1) {
      const put = rig.durable(...libraryChange(`${n}`));
      if (n % 5 === 0) {
        const client = connect(rig);
        clients.push(client);
        client.socket.once('connect', () => client.socket.emit('join', { room: 'library', epoch, seq }));
      }
      await put;
    }
    const all = Array.from({ length: total }, (_, index) => `${index + 1}`);
    for (const client of clients) {
      await client.ear.hears('library_changed', titled(`${total}`));
      expect(titles(client.ear.of('library_changed'))).toEqual(all);
      client[Symbol.dispose]();
    }
  });

  test('a client of another epoch, of the future, or of too long ago is told to read anew and gets a snapshot', async () => {
    await using rig = await startRig(testPrefix());
    const { epoch, seq } = await leaveAfter(rig, 1);
    for (const wrong of [
      { epoch: 'other', seq },
      { epoch, seq: seq + 1_000 },
    ]) {
      using client = connect(rig);
      await client.ask('join', { room: 'queue', ...wrong });
      expect(await client.ear.hears('resync')).toMatchObject({ room: 'queue', epoch, seq });
      await client.ear.hears('snapshot');
      using plain = connectPlain(rig, bearer(rig));
      plain.say({ action: 'join', room: 'queue', ...wrong });
      await plain.ear.hears('snapshot');
      expect(plain.ear.heard.map((message) => message.type)).toEqual(['connected', 'resync', 'ack', 'snapshot']);
    }
  });

  test('a notifier that starts later has the stream’s newest five thousand events, and says so of what is older', async () => {
    await using rig = await startRig(testPrefix());
    const { epoch } = await leaveAfter(rig, 1);
    const { bus } = rig;
    const text = (title: string) => JSON.stringify(libraryChange(title)[1]);
    for (let batch = 0; batch < 11; batch += 1) {
      const titles = Array.from({ length: 500 }, (_, index) => `${batch * 500 + index}`);
      await Promise.all(
        titles.map((title) => bus.js.publish(bus.subject(anime.changed), text(title), { timeout: 20_000 })),
      );
    }
    await using second = await rig.replica();
    using old = connect({ ...rig, notifier: second });
    await old.ask('join', { room: 'library', epoch, seq: 500 });
    await old.ear.hears('resync');
    using recent = connect({ ...rig, notifier: second });
    await recent.ask('join', { room: 'library', epoch, seq: 501 });
    await recent.ear.hears('snapshot');
    expect(seqs(recent.ear.of('library_changed'))).toEqual(Array.from({ length: 5_000 }, (_, index) => 502 + index));
  });
});

test('when the stream is deleted every room is told to read anew, and messages go on in a new epoch', async () => {
  await using rig = await startRig(testPrefix());
  using client = connect(rig);
  await client.ask('join', { room: 'queue' });
  await client.ask('join', { room: 'library' });
  await rig.durable(...libraryChange('before'));
  const { epoch } = await client.ear.hears('library_changed');
  await until(() => client.ear.of('snapshot').length === 2);
  await rig.bus.jsm.streams.delete(`${rig.bus.prefix}_EVENTS`);
  for (const room of ['queue', 'library']) {
    const resync = await client.ear.hears('resync', (message) => message.room === room);
    expect(resync.epoch).not.toBe(epoch);
  }
  await until(() => client.ear.of('snapshot', 'queue').length === 2);
  await rig.durable(...libraryChange('after'));
  const after = await client.ear.hears('library_changed', titled('after'));
  expect([after.epoch === epoch, after.seq]).toEqual([false, 1]);
});

test('the status counts clients and rooms', async () => {
  await using rig = await startRig(testPrefix());
  using one = connect(rig);
  using two = connectPlain(rig, bearer(rig));
  await one.ask('join', { room: 'queue' });
  two.say({ action: 'join', room: 'queue' });
  await two.ear.hears('ack');
  expect(await rig.bus.call(realtime.status, {})).toEqual({ clients: 2, rooms: { queue: 2 } });
});
