import { testDatabase } from '@aniworld/testing';
import { sql } from 'kysely';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { silent } from './chassis.fixture.ts';
import { openDb } from './db.ts';
import { statement } from './statement.ts';

async function openRig() {
  await using opened = new AsyncDisposableStack();
  const { url } = opened.use(await testDatabase());
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-migrations-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const migrations = pathToFileURL(`${folder}/`);
  const db = opened.use(await openDb<never>({ url, service: 'auth', migrations, log: silent, max: 1 }));
  const kept = opened.move();
  return { db, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

test('a statement takes the fields of its input wherever they stand, at each call anew, and is prepared under its name', async () => {
  await using rig = await openRig();
  let built = 0;
  const run = statement<{ a: number; names: string[] }, { sum: number; names: string[] }>('sums', ({ a, names }) => {
    built += 1;
    return sql`select ${a}::int + ${a}::int as sum, ${names}::text[] as names`;
  });
  expect(await run(rig.db, { a: 1, names: ['x', "it's"] })).toEqual([{ sum: 2, names: ['x', "it's"] }]);
  expect(await rig.db.transaction().execute((tx) => run(tx, { a: 3, names: [] }))).toEqual([{ sum: 6, names: [] }]);
  expect(built).toBe(1);
  const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements`.execute(rig.db);
  expect(rows).toEqual([{ name: 'sums' }]);
});

test('a value that is no field of the input is refused: it would be the same at every call', async () => {
  await using rig = await openRig();
  const run = statement<{ a: number }, never>('fixed', ({ a }) => sql`select ${a}::int, ${5}::int`);
  await expect(run(rig.db, { a: 1 })).rejects.toThrow('statement fixed: 5 is no field of its input');
});
