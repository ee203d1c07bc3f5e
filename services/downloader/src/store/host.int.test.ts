import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { claimer, openQueue } from '../queue.fixture.ts';
import { addItems, changePriority, holdItems } from '../queue.ts';
import { claim } from './claim.ts';
import { raiseLines } from './host.ts';
import { finishFailed } from './lease.ts';

const GONE = { cause: 'gone', detail: 'gone', attempt: 1 } as const;

async function openRig() {
  const queue = await openQueue();
  const { db } = queue;
  const add = (priority: 'high' | 'normal' | 'low') =>
    addItems(db, { series_id: randomUUID(), episode_ids: [randomUUID()], priority, max_attempts: 3 });
  const next = async () => {
    const [item] = (await claim(db, claimer)).items;
    if (item) await db.transaction().execute((tx) => finishFailed(tx, item, GONE));
    return item?.id;
  };
  const heads = () => db.selectFrom('line_head').select(['priority', 'rank']).where('host', '=', '').execute();
  return { ...queue, add, next, heads };
}

test('the head of a line moves past what was claimed, and back to what becomes claimable before it', async () => {
  await using queue = await openRig();
  const held = await queue.add('high');
  const low = await queue.add('low');
  await holdItems(queue.db, [held.items[0]!.id], true);
  await raiseLines(queue.db);
  expect(await queue.heads()).toMatchObject([{ priority: 'low' }]);
  await holdItems(queue.db, [held.items[0]!.id], false);
  expect(await queue.heads()).toMatchObject([{ priority: 'high' }]);
  expect(await queue.next()).toBe(held.items[0]!.id);
  await queue.add('normal');
  await raiseLines(queue.db);
  await changePriority(queue.db, [low.items[0]!.id], 'high');
  expect(await queue.next()).toBe(low.items[0]!.id);
});

test('an item that is being added while the head moves is not passed over', async () => {
  await using queue = await openRig();
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  await queue.add('low');
  const columns = ['series_id', 'rank', 'max_attempts'] as const;
  const again = await queue.db.selectFrom('item').select(columns).executeTakeFirstOrThrow();
  await raiseLines(queue.db);
  const adding = queue.db.transaction().execute(async (tx) => {
    await tx
      .insertInto('item')
      .values({ ...again, id: randomUUID(), episode_id: randomUUID(), priority: 'high' })
      .execute();
    begun.resolve();
    await end.promise;
  });
  await begun.promise;
  await raiseLines(queue.db);
  end.resolve();
  await adding;
  await raiseLines(queue.db);
  expect(await queue.heads()).toMatchObject([{ priority: 'high' }]);
});

test('a line without items that could be claimed begins behind all of them', async () => {
  await using queue = await openRig();
  await queue.add('high');
  await queue.next();
  await raiseLines(queue.db);
  expect(await queue.heads()).toMatchObject([{ priority: 'low', rank: '~' }]);
  const added = await queue.add('low');
  expect(await queue.next()).toBe(added.items[0]!.id);
});
