import { AppError, queue } from '@aniworld/contracts';
import { cutsAfter, noRanges, type OriginFile, seededSha256, startQueueRig, watchEvent } from '@aniworld/testing';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';

const MIB = 1024 * 1024;
const file = (name: string, size: number, rest: Partial<OriginFile> = {}): OriginFile => ({
  name,
  seed: name,
  size,
  ...rest,
});

describe('a download', () => {
  test('fetches over several connections and publishes the whole file under its final name', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
    await using completed = watchEvent(rig.bus, queue.completed);
    await using _replica = await rig.replica();
    const [item] = await rig.enqueue({ ...file('First', 9 * MIB + 17), perConnectionCap: 4 * MIB });
    const done = await completed.next();
    expect(done.item).toMatchObject({ id: item?.id, state: 'completed', percent: 100, attempt: 0 });
    expect(done.path).toBe(join(rig.folder, 'Test Series (2026)/Season 01/Test Series - S01E01 - First.mp4'));
    expect(done.sha256).toBe(seededSha256('First', 9 * MIB + 17));
    expect(
      createHash('sha256')
        .update(await readFile(done.path))
        .digest('hex'),
    ).toBe(done.sha256);
    expect(await readdir(join(rig.folder, '.aniworld'))).toEqual([]);
    expect(rig.origin.log.entries.length).toBeGreaterThan(1);
  });

  test('goes on where it was after the connection broke', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { connections: 1 } });
    await using completed = watchEvent(rig.bus, queue.completed);
    await using _replica = await rig.replica();
    await rig.enqueue(file('Cut', 6 * MIB, { behaviour: cutsAfter(2 * MIB) }));
    const done = await completed.next();
    expect(done.sha256).toBe(seededSha256('Cut', 6 * MIB));
    const sent = rig.origin.log.entries.reduce((sum, entry) => sum + entry.bytesSent, 0);
    expect(sent).toBeLessThan(7 * MIB);
  });

  test('is fetched as one stream where the origin takes no ranges', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
    await using completed = watchEvent(rig.bus, queue.completed);
    await using _replica = await rig.replica();
    await rig.enqueue(file('Plain', 3 * MIB, { behaviour: noRanges() }));
    expect((await completed.next()).sha256).toBe(seededSha256('Plain', 3 * MIB));
    expect(rig.origin.log.entries).toHaveLength(1);
  });

  test('that was taken back is fetched on by another replica from its checkpoint', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { connections: 1 } });
    await using completed = watchEvent(rig.bus, queue.completed);
    const first = await rig.replica();
    await rig.enqueue(file('Handed on', 8 * MIB, { holdAt: [5 * MIB] }));
    await rig.origin.reached('Handed on', 5 * MIB);
    await first[Symbol.asyncDispose]();
    rig.origin.release('Handed on');
    await using _second = await rig.replica();
    const done = await completed.next();
    expect(done.sha256).toBe(seededSha256('Handed on', 8 * MIB));
    expect(done.item.attempt).toBe(0);
    const starts = rig.origin.log.entries.map((entry) => entry.range);
    expect(starts).toHaveLength(2);
    expect(starts[1]).not.toBe('bytes=0-');
  });

  test('that is removed while it runs ends, is listed as cancelled and leaves no part file', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { connections: 1 } });
    await using changed = watchEvent(rig.bus, queue.changed);
    await using _replica = await rig.replica();
    const [item] = await rig.enqueue(file('Unwanted', 4 * MIB, { holdAt: [2 * MIB] }));
    await rig.origin.reached('Unwanted', 2 * MIB);
    await rig.bus.call(queue.remove, { id: item!.id });
    await changed.next(({ change }) => change?.kind === 'cancelled');
    await expect.poll(() => readdir(join(rig.folder, '.aniworld')), { timeout: 2_000 }).toEqual([]);
    const { items } = await rig.bus.call(queue.items, {});
    expect(items).toMatchObject([{ id: item!.id, state: 'cancelled' }]);
  });
});

describe('the queue', () => {
  test('answers with the item that is there when an episode is added again', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
    await using _replica = await rig.replica({ WORKER_SLOTS: 0 });
    const [item] = await rig.enqueue(file('Once', MIB));
    const again = await rig.bus.call(queue.add, { series_id: item!.series_id, episode_ids: [item!.episode_id] });
    expect(again.added).toBe(0);
    expect(again.items).toMatchObject([{ id: item!.id }]);
  });

  test('shows the order in which it runs, by priority and after moves', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
    await using _replica = await rig.replica({ WORKER_SLOTS: 0 });
    const items = await rig.enqueue(file('a', 1), file('b', 1), file('c', 1), file('d', 1));
    const [, b, c, d] = items.map((item) => item.id);
    await rig.bus.call(queue.priority, { ids: [c!], priority: 'high' });
    await rig.bus.call(queue.reorder, { id: d!, position: 1 });
    const page = await rig.bus.call(queue.items, { state: 'pending', limit: 3 });
    const rest = await rig.bus.call(queue.items, { state: 'pending', limit: 3, cursor: page.next_cursor! });
    expect([...page.items, ...rest.items].map((item) => item.title)).toEqual(['c', 'd', 'a', 'b']);
    const running = await rig.bus.call(queue.reorder, { id: b!, position: 0 });
    expect(running.item).toMatchObject({ priority: 'high' });
  });

  test('refuses a move of an item that does not wait', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
    await using _replica = await rig.replica({ WORKER_SLOTS: 0 });
    const id = crypto.randomUUID();
    await expect(rig.bus.call(queue.reorder, { id, position: 0 })).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
    await expect(rig.bus.call(queue.remove, { id })).rejects.toBeInstanceOf(AppError);
  });

  test('starts nothing while it is paused and goes on when it is resumed', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
    await using completed = watchEvent(rig.bus, queue.completed);
    await using _replica = await rig.replica();
    await rig.bus.call(queue.pause, {});
    await rig.enqueue(file('Later', MIB));
    expect(await rig.bus.call(queue.status, {})).toMatchObject({
      paused: true,
      counts: { pending: 1, downloading: 0 },
    });
    expect(await rig.bus.call(queue.resume, {})).toMatchObject({ running: true, paused: false });
    expect((await completed.next()).item.title).toBe('Later');
  });

  test('never runs more than the limit over all replicas', async () => {
    await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { max_concurrent: 3, connections: 1 } });
    await using completed = watchEvent(rig.bus, queue.completed);
    await using changed = watchEvent(rig.bus, queue.changed);
    await using _one = await rig.replica();
    await using _two = await rig.replica();
    const names = Array.from({ length: 12 }, (_, i) => `n${i}`);
    await rig.enqueue(...names.map((name) => file(name, 64 * 1024)));
    await completed.next(() => new Set(completed.seen.map((done) => done.item.id)).size === names.length);
    const running = new Set<string>();
    let most = 0;
    for (const { change } of changed.seen) {
      if (change?.kind === 'started') for (const id of change.ids) running.add(id);
      if (change?.kind === 'completed') for (const id of change.ids) running.delete(id);
      most = Math.max(most, running.size);
    }
    expect(rig.origin.log.entries).toHaveLength(names.length);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(3);
  });
});
