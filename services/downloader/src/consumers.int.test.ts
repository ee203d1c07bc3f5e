import { anime, queue } from '@aniworld/contracts';
import { startQueueRig, watchEvent } from '@aniworld/testing';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';

const MIB = 1024 * 1024;

test('a series that leaves the library takes along what the queue still had to do for it', async () => {
  await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { connections: 1, max_concurrent: 1 } });
  await using changed = watchEvent(rig.bus, queue.changed);
  await using _replica = await rig.replica();
  const [running] = await rig.enqueue({ name: 'Running', seed: 'a', size: 4 * MIB, holdAt: [2 * MIB] });
  await rig.origin.reached('Running', 2 * MIB);
  await rig.enqueue({ name: 'Waiting', seed: 'b', size: 1 });
  const gone = { series_id: rig.catalog.seriesId, change: 'removed', title: 'Gone' } as const;
  await rig.bus.js.publish(rig.bus.subject(anime.changed), JSON.stringify(gone), { msgID: randomUUID() });
  await changed.next(({ change }) => change?.kind === 'cancelled');
  await expect.poll(() => readdir(join(rig.folder, '.aniworld')), { timeout: 2_000 }).toEqual([]);
  const { items } = await rig.bus.call(queue.items, {});
  expect(items).toMatchObject([{ id: running!.id, state: 'cancelled' }]);
});

test('a series that is only changed keeps its place in the queue', async () => {
  await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
  await using changed = watchEvent(rig.bus, queue.changed);
  await using _replica = await rig.replica({ WORKER_SLOTS: 0 });
  const [item] = await rig.enqueue({ name: 'Waiting', seed: 'b', size: 1 });
  const tell = (change: string, series_id: string) =>
    rig.bus.js.publish(rig.bus.subject(anime.changed), JSON.stringify({ series_id, change, title: '' }), {
      msgID: randomUUID(),
    });
  await tell('updated', item!.series_id);
  // The second event is handled after the first: when the other item is gone, this one has stayed.
  const other = { series_id: randomUUID(), episode_ids: [randomUUID()] };
  await rig.execute(`
    insert into downloader.item (series_id, episode_id, priority, rank, max_attempts)
    values ('${other.series_id}', '${other.episode_ids[0]}', 'normal', 'z', 3)`);
  await tell('removed', other.series_id);
  await changed.next(({ change }) => change?.kind === 'removed');
  const { items } = await rig.bus.call(queue.items, {});
  expect(items.map(({ id }) => id)).toEqual([item!.id]);
});
