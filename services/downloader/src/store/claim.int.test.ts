import { queue, QueueItem } from '@aniworld/contracts';
import { type Kysely, sql, type Transaction } from 'kysely';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { claimer, openQueue } from '../queue.fixture.ts';
import { addItems, describe as describeItems } from '../queue.ts';
import type { DB } from '../schema.gen.ts';
import { claim, type Claimed } from './claim.ts';
import { setMaxConcurrent } from './state.ts';

/** Three items that wait. */
async function openThree() {
  const queue = await openQueue();
  const series_id = randomUUID();
  const episode_ids = [randomUUID(), randomUUID(), randomUUID()];
  const { items } = await addItems(queue.db, { series_id, episode_ids, priority: 'high', max_attempts: 3 });
  return { ...queue, series_id, episode_ids, ids: items.map(({ id }) => id) };
}

/** Does something in a transaction, and then something else before its commit. */
async function before<T>(db: Kysely<DB>, change: (tx: Transaction<DB>) => Promise<unknown>, commit: () => Promise<T>) {
  return db.transaction().execute(async (tx) => {
    await change(tx);
    return commit();
  });
}

const idsOf = async (claimed: Promise<Claimed>) => (await claimed).items.map(({ id }) => id);

test('an item that another claim has in hand is passed over', async () => {
  await using queue = await openThree();
  const { db, ids } = queue;
  const second = await before(
    db,
    (tx) => claim(tx, claimer),
    () => idsOf(claim(db, claimer, 2)),
  );
  expect(second).toEqual([ids[1]]);
});

test('an item that is being changed keeps its place: nobody takes what stands behind it', async () => {
  await using queue = await openThree();
  const { db, ids } = queue;
  const name = (id: string) => (tx: Transaction<DB>) =>
    tx.updateTable('item').set({ title: 'named' }).where('id', '=', id).execute();
  await db.transaction().execute((tx) => setMaxConcurrent(tx, 3));
  const none = await before(db, name(ids[0]!), () => claim(db, claimer, 2));
  expect(none).toEqual({ items: [], contested: true });
  const first = await before(db, name(ids[1]!), () => idsOf(claim(db, claimer, 3)));
  expect(first).toEqual([ids[0]]);
  expect(await idsOf(claim(db, claimer, 3))).toEqual(ids.slice(1));
});

test('a claim writes the event that its items make, once for all of them, and none when it takes nothing', async () => {
  await using queued = await openThree();
  const { db, series_id, episode_ids } = queued;
  await describeItems(db, [
    {
      episode_id: episode_ids[0]!,
      series_id,
      series_title: 'A “quoted” \\ 題名',
      season: 1,
      episode: 2,
      title: "It's",
    },
  ]);
  await db.transaction().execute((tx) => setMaxConcurrent(tx, 3));
  await sql`truncate outbox`.execute(db);

  const { items } = await claim(db, claimer, 2);
  const [last] = (await claim(db, claimer, 2)).items;
  await claim(db, claimer, 2);

  const outbox = await db.selectFrom('outbox').selectAll().orderBy('position').execute();
  const events = outbox.map((row) => queue.changed.data.parse(row.data));
  const shown = (item: object | undefined) => QueueItem.parse(item);
  expect(items.map((item) => item.episode_id)).toEqual(episode_ids.slice(0, 2));
  expect(outbox.map((row) => row.subject)).toEqual(['evt.queue.changed', 'evt.queue.changed']);
  expect(events).toEqual([
    { status: null, change: { kind: 'started', ids: items.map((item) => item.id), count: 2, items: items.map(shown) } },
    { status: null, change: { kind: 'started', ids: [last?.id], count: 1, items: [shown(last)] } },
  ]);
});
