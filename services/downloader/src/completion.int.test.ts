import { createLog, openDb } from '@aniworld/chassis';
import { queue, QueueItem } from '@aniworld/contracts';
import { testDatabase } from '@aniworld/testing';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { groupCompletions } from './completion.ts';
import { addItems, changeOf, describe as describeItems } from './queue.ts';
import type { DB } from './schema.gen.ts';
import { claim } from './store/claim.ts';
import { getItem } from './store/item.ts';
import type { Leased } from './store/lease.ts';
import { setMaxConcurrent } from './store/state.ts';

const worker = { worker: 'worker', tags: ['http'], leaseSeconds: 60 };

async function openRig() {
  await using opened = new AsyncDisposableStack();
  const { url } = opened.use(await testDatabase());
  const log = createLog({ service: 'test', level: 'silent', out: null });
  const migrations = new URL('../migrations/', import.meta.url);
  const db = opened.use(await openDb<DB>({ url, service: 'downloader', migrations, log }));
  const series_id = randomUUID();
  const episode_ids = Array.from({ length: 4 }, () => randomUUID());
  await addItems(db, { series_id, episode_ids, priority: 'high', max_attempts: 3 });
  const about = { series_id, series_title: 'A “quoted” \\ 題名', season: 1, title: "It's" };
  await describeItems(
    db,
    episode_ids.map((episode_id, i) => ({ ...about, episode_id, episode: i + 1 })),
  );
  await db.transaction().execute((tx) => setMaxConcurrent(tx, 4));
  const { items } = await claim(db, worker, 4);
  await sql`truncate outbox`.execute(db);
  const relay = { wake: () => undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  const kept = opened.move();
  return { db, items, deps: { db, relay, worker: 'worker' }, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const fileOf = (item: Leased) => ({
  ...{ v: 1 as const, folder: '/library', epoch: item.lease_epoch },
  ...{ path: `/library/“${item.episode}” \\.mp4`, size: 7_000_000_000 + item.episode!, sha256: '0'.repeat(64) },
});

test('ends that come together write the event of each and one of all, and leave out those whose lease was over', async () => {
  await using rig = await openRig();
  const { db, items, deps } = rig;
  const complete = groupCompletions(deps, () => items.length);
  const lost = { ...items[0]!, lease_epoch: items[0]!.lease_epoch + 1 };
  const ends = await Promise.allSettled([lost, ...items.slice(1)].map((item) => complete(item, fileOf(item))));
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);

  const stored = await Promise.all(items.slice(1).map(({ id }) => getItem(db, id)));
  const now = new Map(stored.map((item) => [item!.id, QueueItem.parse(item)]));
  const outbox = await db.selectFrom('outbox').selectAll().execute();
  const each = outbox.filter(({ name }) => name === 'queue.completed').map(({ data }) => data as { item: QueueItem });
  const [change, ...more] = outbox.filter(({ name }) => name === 'queue.changed').map(({ data }) => data);
  expect(new Set(outbox.map(({ subject }) => subject))).toEqual(new Set(['evt.queue.completed', 'evt.queue.changed']));
  expect(more).toEqual([]);
  expect(each).toHaveLength(3);
  for (const event of each) {
    const item = now.get(event.item.id)!;
    const { folder, path, size, sha256 } = fileOf(items.find(({ id }) => id === item.id)!);
    expect(event).toEqual({ item, folder, path, size, sha256 });
    expect(queue.completed.data.parse(event)).toEqual(event);
  }
  const order = (change as { change: { ids: string[] } }).change.ids.map((id) => now.get(id)!);
  expect(change).toEqual(changeOf('completed', order, order));
  expect(queue.changed.data.parse(change)).toEqual(change);
});

test('an end that waits for others in vain is written all the same', async () => {
  await using rig = await openRig();
  const complete = groupCompletions(rig.deps, () => 100);
  for (const item of rig.items) await complete(item, fileOf(item));
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from item where state = 'completed'`.execute(
    rig.db,
  );
  expect(rows).toEqual([{ n: rig.items.length }]);
});
