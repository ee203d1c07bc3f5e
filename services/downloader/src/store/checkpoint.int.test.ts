import { expect, test } from 'vitest';
import { type Checkpoint, readCheckpoint } from '../checkpoint.ts';
import { claimEpisodes, openQueue } from '../queue.fixture.ts';
import { saveCheckpoints } from './checkpoint.ts';

test('checkpoints are stored together, and those whose leases are over are left out', async () => {
  await using queue = await openQueue();
  const { db } = queue;
  const items = await claimEpisodes(db, 3);
  const [whole, open, lost] = items.map(({ id, lease_epoch }) => ({ id, lease_epoch }));
  const map = (total: number | null): Checkpoint => ({
    ...{ v: 1, folder: '/library', epoch: 1, clean: false, validator: '"it’s"', total },
    ranges: [[0, 5_000_000_000]],
  });
  const all = [
    { lease: whole!, checkpoint: map(7_000_000_000), done: 5_000_000_000 },
    { lease: open!, checkpoint: map(null), done: 5_000_000_000 },
    { lease: { ...lost!, lease_epoch: lost!.lease_epoch + 1 }, checkpoint: map(1), done: 1 },
  ];
  expect(await saveCheckpoints(db, all)).toEqual(new Set([whole!.id, open!.id]));
  const rows = await db.selectFrom('item').select(['id', 'checkpoint', 'bytes_done', 'bytes_total']).execute();
  const stored = new Map(rows.map(({ id, ...row }) => [id, { ...row, checkpoint: readCheckpoint(row.checkpoint) }]));
  expect(stored.get(whole!.id)).toEqual({
    checkpoint: map(7_000_000_000),
    bytes_done: 5_000_000_000,
    bytes_total: 7_000_000_000,
  });
  expect(stored.get(open!.id)).toEqual({ checkpoint: map(null), bytes_done: 5_000_000_000, bytes_total: null });
  expect(stored.get(lost!.id)).toEqual({ checkpoint: null, bytes_done: 0, bytes_total: null });
});
