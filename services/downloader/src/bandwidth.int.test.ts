import { queue } from '@aniworld/contracts';
import { startQueueRig, watchEvent } from '@aniworld/testing';
import { expect, inject, test } from 'vitest';

const KIB = 1024;
const SIZE = 640 * KIB;
const RATE = 512 * KIB;

/** Seconds from the first request to the end of the last of two downloads that run side by side. */
async function secondsForTwo(download: Record<string, number>): Promise<number> {
  await using rig = await startQueueRig({ natsUrl: inject('natsUrl'), queue: { max_concurrent: 2, connections: 1 } });
  await using completed = watchEvent(rig.bus, queue.completed);
  rig.catalog.configure({}, { download });
  await using _replica = await rig.replica();
  const items = await rig.enqueue({ name: 'a', seed: 'a', size: SIZE }, { name: 'b', seed: 'b', size: SIZE });
  for (const { id } of items) await completed.next(({ item }) => item.id === id);
  const now = performance.timeOrigin + performance.now();
  return (now - Math.min(...rig.origin.log.entries.map(({ at }) => at))) / 1_000;
}

// A quarter of a second's bytes pass at once.
test('the limit of one download holds for each', async () => {
  expect(await secondsForTwo({ item_bytes_per_second: RATE })).toBeGreaterThan(0.9);
});

test.each(['bytes_per_second', 'host_bytes_per_second'])('the limit %s is shared by all downloads', async (limit) => {
  expect(await secondsForTwo({ [limit]: RATE })).toBeGreaterThan(2);
});
