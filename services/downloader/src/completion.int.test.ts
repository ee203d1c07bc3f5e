import { queue, QueueItem } from '@aniworld/contracts';
import { idleLoop } from '@aniworld/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { groupCompletions } from './completion.ts';
import { addEpisodes, claimEpisodes, claimer, openQueue } from './queue.fixture.ts';
import { changeOf } from './queue.ts';
import { getItem } from './store/item.ts';
import type { Leased } from './store/lease.ts';

async function openRig() {
  const queue = await openQueue();
  const { db } = queue;
  const items = await claimEpisodes(db, 4, { series_title: 'A “quoted” \\ 題名', title: "It's" });
  await sql`truncate outbox`.execute(db);
  return { ...queue, items, deps: { db, relay: idleLoop, worker: 'worker' } };
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

test('what ends makes room for what follows, and is told before it', async () => {
  await using rig = await openRig();
  const { db, items, deps } = rig;
  const waiting = await addEpisodes(db, 3);
  await sql`truncate outbox`.execute(db);
  const begun: Leased[] = [];
  const refill = { claimer: () => claimer, begin: (next: Leased[]) => void begun.push(...next) };
  const complete = groupCompletions({ ...deps, refill }, () => 2);
  await Promise.all(items.slice(0, 2).map((item) => complete(item, fileOf(item))));
  expect(begun.map((item) => item.episode_id)).toEqual(waiting.slice(0, 2));
  const outbox = await db.selectFrom('outbox').selectAll().orderBy('position').execute();
  const kinds = outbox.map(({ name, data }) =>
    name === 'queue.changed' ? queue.changed.data.parse(data).change?.kind : name,
  );
  expect(kinds).toEqual(['queue.completed', 'queue.completed', 'completed', 'started']);
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from slot where item_id is not null`.execute(db);
  expect(rows).toEqual([{ n: items.length }]);
});
