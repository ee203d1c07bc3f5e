import { Client } from 'pg';
import { expect, inject, it } from 'vitest';
import { testDatabase, type Template } from './database.ts';

it('gives each test a database of its own', async () => {
  await using one = await testDatabase();
  await using two = await testDatabase();
  await query(one.url, 'create table mine (id int)');
  expect(await query(two.url, `select to_regclass('mine') as found`)).toEqual([{ found: null }]);
});

it('drops the database although somebody is still connected to it', async () => {
  const database = await testDatabase();
  const client = new Client({ connectionString: database.url });
  const cut = new Promise<string>((resolve) => client.on('error', (error) => resolve(error.message)));
  await client.connect();
  await database[Symbol.asyncDispose]();
  expect(await cut).toContain('terminat');
  const name = new URL(database.url).pathname.slice(1);
  expect(await query(inject('postgresUrl'), `select from pg_database where datname = '${name}'`)).toEqual([]);
});

it('prepares a template once, also when many ask for it at the same time', async () => {
  let prepared = 0;
  const template: Template = {
    name: `once-${Math.random()}`,
    prepare: async (url) => {
      prepared += 1;
      await query(url, 'create table series as select 7 as id');
    },
  };
  const databases = await Promise.all(Array.from({ length: 8 }, () => testDatabase({ template })));
  for (const database of databases) {
    expect(await query(database.url, 'select id from series')).toEqual([{ id: 7 }]);
    await database[Symbol.asyncDispose]();
  }
  expect(prepared).toBe(1);
});

it('prepares a template again after a preparation that failed', async () => {
  const name = `twice-${Math.random()}`;
  const broken: Template = {
    name,
    prepare: async (url) => {
      await query(url, 'create table half (id int)');
      throw new Error('the migration is wrong');
    },
  };
  await expect(testDatabase({ template: broken })).rejects.toThrow('the migration is wrong');
  const mended: Template = { name, prepare: async (url) => void (await query(url, 'create table whole (id int)')) };
  await using database = await testDatabase({ template: mended });
  expect(await query(database.url, `select to_regclass('half') as half, to_regclass('whole') as whole`)).toEqual([
    { half: null, whole: 'whole' },
  ]);
});

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
