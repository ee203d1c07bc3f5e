import { queue } from '@aniworld/contracts';
import { busy, fails, firstRequests, type OriginFile, startOrigin, startQueueRig, watchEvent } from '@aniworld/testing';
import { describe, expect, inject, test } from 'vitest';

const KIB = 1024;
const file = (name: string, size: number, rest: Partial<OriginFile> = {}): OriginFile => ({
  name,
  seed: name,
  size,
  ...rest,
});
const names = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`);

describe('limits per host', () => {
  test('hold over all replicas, and other hosts are not kept waiting', async () => {
    const limits = { max_concurrent: 8, connections: 1, host_max_concurrent: 1 };
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: limits });
    await using other = await startOrigin({ files: [file('elsewhere', 64 * KIB)] });
    await using completed = watchEvent(rig.bus, queue.completed);
    await using _one = await rig.replica({ WORKER_SLOTS: 4 });
    // The first one of a series teaches the queue which host the others stand in line for.
    await rig.enqueue(file('teacher', KIB));
    await completed.next();
    const items = names(6);
    await rig.enqueue(...items.map((name) => file(name, 256 * KIB, { bytesPerSecond: 1_000 * KIB })));
    const elsewhere = rig.catalog.add(() => ({ url: other.url('elsewhere') }), 'elsewhere');
    await rig.bus.call(queue.add, { series_id: crypto.randomUUID(), episode_ids: [elsewhere], priority: 'low' });
    await using _two = await rig.replica({ WORKER_SLOTS: 4 });
    await completed.next(() => new Set(completed.seen.map((done) => done.item.id)).size === items.length + 2, 30_000);
    const queued = rig.origin.log.entries.filter((entry) => items.includes(entry.name));
    expect(queued).toHaveLength(items.length);
    expect(rig.origin.log.peak()).toBe(1);
    expect(completed.seen.at(-1)?.item.title).not.toBe('elsewhere');
  });

  test('a wait that a host asks for holds for all its items and burns no try', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { connections: 1, max_concurrent: 1 } });
    await using completed = watchEvent(rig.bus, queue.completed);
    await using _replica = await rig.replica();
    await rig.enqueue(
      file('first', KIB, { behaviour: firstRequests(1, busy(429, { seconds: 2 })) }),
      file('second', KIB),
    );
    await completed.next(() => completed.seen.length >= 2);
    const [refused, ...later] = rig.origin.log.entries;
    expect(later).toHaveLength(2);
    expect(refused).toMatchObject({ name: 'first', status: 429 });
    for (const entry of later) expect(entry.at - refused!.at).toBeGreaterThanOrEqual(1_900);
    expect(completed.seen.map((done) => done.item.attempt)).toEqual([0, 0]);
  });

  test('a host that fails five times in a row is left alone', async () => {
    await using rig = await startQueueRig({
      natsUrl: inject('natsUrl'),
      queue: { max_attempts: 1, max_concurrent: 1 },
    });
    await using failed = watchEvent(rig.bus, queue.failed);
    await using _replica = await rig.replica();
    await rig.enqueue(...names(8).map((name) => file(name, KIB, { behaviour: fails(500) })));
    await failed.next(() => failed.seen.length === 5);
    expect(failed.seen.map((one) => one.cause)).toEqual(Array(5).fill('http_5xx'));
    await expect
      .poll(() => rig.bus.call(queue.status, {}))
      .toMatchObject({ counts: { pending: 3, downloading: 0, failed: 5 } });
    expect(rig.origin.log.entries).toHaveLength(5);
  });

  test('no more downloads begin in a minute than a host allows', async () => {
    const hosts = { host_max_concurrent: 1, host_requests_per_minute: 30 };
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { max_concurrent: 4, ...hosts } });
    await using completed = watchEvent(rig.bus, queue.completed);
    await using _replica = await rig.replica();
    await rig.enqueue(file('teacher', KIB));
    await completed.next();
    await rig.enqueue(...names(3).map((name) => file(name, KIB)));
    await completed.next(() => completed.seen.length === 4, 20_000);
    const times = rig.origin.log.entries.slice(1).map((entry) => entry.at);
    expect(times).toHaveLength(3);
    for (const [i, time] of times.entries()) if (i > 0) expect(time - times[i - 1]!).toBeGreaterThanOrEqual(1_900);
  });
});

describe('a person', () => {
  test('holds items, which keep their places, and releases them', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { max_concurrent: 1 } });
    await using completed = watchEvent(rig.bus, queue.completed);
    await using _replica = await rig.replica();
    await rig.bus.call(queue.pause, {});
    const [a] = await rig.enqueue(...['a', 'b', 'c'].map((name) => file(name, KIB)));
    expect(await rig.bus.call(queue.hold, { ids: [a!.id] })).toEqual({ count: 1 });
    await rig.bus.call(queue.resume, {});
    await completed.next(({ item }) => item.title === 'c');
    const { items } = await rig.bus.call(queue.items, { state: 'pending' });
    expect(items).toMatchObject([{ title: 'a', held: true }]);
    await rig.bus.call(queue.release, { ids: [a!.id] });
    await completed.next(({ item }) => item.title === 'a');
    expect(completed.seen.map((done) => done.item.title)).toEqual(['b', 'c', 'a']);
  });

  test('takes back a whole add in one call; what is done stays', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { max_concurrent: 1, connections: 1 } });
    await using completed = watchEvent(rig.bus, queue.completed);
    await using _replica = await rig.replica();
    for (const name of names(4)) rig.origin.add(file(name, 256 * KIB, name === 'n1' ? { holdAt: [128 * KIB] } : {}));
    const ids = names(4).map((name) => rig.catalog.add(() => ({ url: rig.origin.url(name) }), name));
    const { batch, added } = await rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids: ids });
    expect(added).toBe(4);
    await completed.next();
    await rig.origin.reached('n1', 128 * KIB);
    expect(await rig.bus.call(queue.undo, { batch: batch! })).toEqual({ count: 3 });
    const { items } = await rig.bus.call(queue.items, {});
    expect(items.map((item) => `${item.title} ${item.state}`).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'n0 completed',
      'n1 cancelled',
    ]);
    const { items: timeline } = await rig.bus.call(queue.timeline, { episode_id: ids[3]! });
    expect(timeline.map((entry) => entry.what)).toEqual(['queued', 'removed']);
  });

  test('sees the workers and what they do', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { connections: 1 } });
    // Where no yt-dlp can be found: the machine may have one.
    await using _replica = await rig.replica({ WORKER_NAME: 'attic', WORKER_SLOTS: 3, PATH: '/nowhere' });
    const [item] = await rig.enqueue(file('slow', 64 * KIB, { holdAt: [32 * KIB] }));
    await rig.origin.reached('slow', 32 * KIB);
    await expect
      .poll(async () => (await rig.bus.call(queue.workers, {})).items, { timeout: 8_000 })
      .toMatchObject([
        { name: 'attic', slots: 3, active: 1, tags: ['http', 'hls'], items: [{ id: item!.id, title: 'slow' }] },
      ]);
    rig.origin.release('slow');
  });
});

describe('what is added', () => {
  test('is stored although the catalog is away, and gets its name when it is back', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
    await using changed = watchEvent(rig.bus, queue.changed);
    await using _replica = await rig.replica({ WORKER_SLOTS: 0 });
    const id = rig.catalog.add(() => ({ url: 'http://127.0.0.1:1/' }), 'Late');
    rig.catalog.away(true);
    const { items } = await rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids: [id] });
    expect(items).toMatchObject([{ title: null, state: 'pending' }]);
    rig.catalog.away(false);
    const described = await changed.next(({ change }) => change?.kind === 'described', 25_000);
    expect(described.change?.items).toMatchObject([{ title: 'Late', series_title: 'Test Series' }]);
  });

  test('is taken back and refused when the catalog does not know it', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
    await using _replica = await rig.replica({ WORKER_SLOTS: 0 });
    const add = rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids: [crypto.randomUUID()] });
    await expect(add).rejects.toMatchObject({ code: 'EPISODE_NOT_FOUND' });
    expect((await rig.bus.call(queue.items, {})).items).toEqual([]);
  });
});

describe('the server itself', () => {
  test('shuts the queue while the disk is too full, says why, and opens it again', async () => {
    await using rig = await startQueueRig({
      natsUrl: inject('natsUrl'),
      queue: { min_free_bytes: Number.MAX_SAFE_INTEGER },
    });
    await using paused = watchEvent(rig.bus, queue.paused);
    await using completed = watchEvent(rig.bus, queue.completed);
    await using _replica = await rig.replica();
    const shut = await paused.next();
    expect(shut.reason).toContain(rig.folder);
    await rig.enqueue(file('waits', KIB));
    expect(await rig.bus.call(queue.status, {})).toMatchObject({ paused: false, counts: { pending: 1 } });
    rig.catalog.configure({ min_free_bytes: 0 });
    await completed.next(({ item }) => item.title === 'waits', 20_000);
  });

  test('starts nothing in quiet hours', async () => {
    const quiet_hours = [{ days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00', bytes_per_second: 0 }];
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { quiet_hours } });
    await using paused = watchEvent(rig.bus, queue.paused);
    await using _replica = await rig.replica();
    expect((await paused.next()).reason).toContain('Quiet hours');
  });

  test('moves what has waited too long to the head, the longest first', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
    await using changed = watchEvent(rig.bus, queue.changed);
    await using _replica = await rig.replica({ WORKER_SLOTS: 0 });
    const items = await rig.enqueue(...['a', 'b', 'c'].map((name) => file(name, KIB)));
    await rig.bus.call(queue.priority, { ids: [items[2]!.id], priority: 'high' });
    await rig.execute(`update downloader.item set added_at = now() - interval '2 hours' where title = 'b'`);
    rig.catalog.configure({ ageing_minutes: 60 });
    await changed.next(({ change }) => change?.kind === 'moved', 25_000);
    const { items: list } = await rig.bus.call(queue.items, { state: 'pending' });
    expect(list.map((item) => item.title)).toEqual(['b', 'c', 'a']);
  });

  test('forgets what is older than it shall keep, and nothing else', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { history_days: 0 } });
    await using completed = watchEvent(rig.bus, queue.completed);
    {
      await using _replica = await rig.replica();
      await rig.enqueue(file('old', KIB), file('new', KIB));
      await completed.next(() => completed.seen.length === 2);
    }
    await rig.execute(`update downloader.item set finished_at = now() - interval '40 days' where title = 'old'`);
    rig.catalog.configure({ history_days: 30 });
    await using _replica = await rig.replica();
    const titles = async () => (await rig.bus.call(queue.items, {})).items.map((item) => item.title);
    await expect.poll(titles, { timeout: 10_000 }).toEqual(['new']);
    expect((await rig.bus.call(queue.status, {})).counts.completed).toBe(1);
  });
});
