import { createLog, openDb } from '@aniworld/chassis';
import { queue, QueueItem } from '@aniworld/contracts';
import { testDatabase } from '@aniworld/testing';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { addItems, describe as describeItems } from '../queue.ts';
import type { DB } from '../schema.gen.ts';
import { claim } from './claim.ts';
import { setMaxConcurrent } from './state.ts';

test('a claim writes the event that its items make, once for all of them, and none when it takes nothing', async () => {
  await using database = await testDatabase();
  const log = createLog({ service: 'test', level: 'silent', out: null });
  const migrations = new URL('../../migrations/', import.meta.url);
  await using db = await openDb<DB>({ url: database.url, service: 'downloader', migrations, log });
  const series_id = randomUUID();
  const episode_ids = [randomUUID(), randomUUID(), randomUUID()];
  await addItems(db, { series_id, episode_ids, priority: 'high', max_attempts: 3 });
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

  const { items } = await claim(db, { name: 'worker', tags: ['http'] }, 60, 2);
  const [last] = (await claim(db, { name: 'worker', tags: ['http'] }, 60, 2)).items;
  await claim(db, { name: 'worker', tags: ['http'] }, 60, 2);

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
