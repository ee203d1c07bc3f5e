import { expect, test } from 'vitest';
import { openQueue } from '../queue.fixture.ts';
import { findPlace, forgetWorker, reportWorker } from './worker.ts';

test('each worker has a place of its own among those that are there, and a new one comes last', async () => {
  await using queue = await openQueue();
  const names = ['first', 'second', 'third', 'fourth'];
  const about = { machine: 'host', version: '1', slots: 1, tags: [], active: 0, speed: 0 };
  for (const name of names) await reportWorker(queue.db, { ...about, name, started_at: new Date().toISOString() });
  // In one transaction: the order is another one each minute.
  const places = (workers: string[]) =>
    queue.db.transaction().execute(async (tx) => {
      const found: number[] = [];
      for (const name of workers) found.push(await findPlace(tx, name));
      return found;
    });
  const [newcomer, ...others] = await places(['newcomer', ...names]);
  expect(newcomer).toBe(4);
  expect(new Set(others)).toEqual(new Set([0, 1, 2, 3]));
  await forgetWorker(queue.db, 'second');
  expect(new Set(await places(['first', 'third', 'fourth']))).toEqual(new Set([0, 1, 2]));
});
