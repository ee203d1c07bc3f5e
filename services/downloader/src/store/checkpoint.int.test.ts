import { createLog, openDb } from '@aniworld/chassis';
import { testDatabase } from '@aniworld/testing';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Checkpoint, readCheckpoint } from '../checkpoint.ts';
import { addItems, describe as describeItems } from '../queue.ts';
import type { DB } from '../schema.gen.ts';
import { saveCheckpoints } from './checkpoint.ts';
import { claim } from './claim.ts';
import { setMaxConcurrent } from './state.ts';

test('checkpoints are stored together, and those whose leases are over are left out', async () => {
  await using opened = new AsyncDisposableStack();
  const { url } = opened.use(await testDatabase());
  const log = createLog({ service: 'test', level: 'silent', out: null });
  const migrations = new URL('../../migrations/', import.meta.url);
  const db = opened.use(await openDb<DB>({ url, service: 'downloader', migrations, log }));
  const series_id = randomUUID();
  const episode_ids = Array.from({ length: 3 }, () => randomUUID());
  await addItems(db, { series_id, episode_ids, priority: 'high', max_attempts: 3 });
  const about = { series_id, series_title: 'A', season: 1, title: 'B' };
  await describeItems(
    db,
    episode_ids.map((episode_id, i) => ({ ...about, episode_id, episode: i + 1 })),
  );
  await db.transaction().execute((tx) => setMaxConcurrent(tx, 3));
  const { items } = await claim(db, { worker: 'worker', tags: ['http'], leaseSeconds: 60 }, 3);
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
