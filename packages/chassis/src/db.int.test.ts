import { testDatabase } from '@aniworld/testing';
import { type Kysely, sql } from 'kysely';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { keptLog, silent, until } from './chassis.fixture.ts';
import { type DbOptions, databaseError, openDb, pingDb } from './db.ts';

type Any = Kysely<any>;

/** A folder of migrations, as a service has one. */
async function migrationsOf(files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-migrations-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return {
    url: pathToFileURL(`${folder}/`),
    add: (name: string, text: string) => writeFile(join(folder, name), text),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const notes = { '0001_note.sql': 'create table note (id bigint primary key, at timestamptz, score numeric, day date)' };

/** Opened for the service, closed when disposed. */
async function open(url: string, service: string, migrations: URL, more: Partial<DbOptions> = {}) {
  const db: Any = await openDb<any>({ url, service, migrations, log: silent, ...more });
  return Object.assign(db, { [Symbol.asyncDispose]: () => db.destroy() });
}

/** Asks as the superuser, on a connection of its own. */
async function ask(url: string, statement: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(statement);
  await client.end();
  return rowCount ?? 0;
}

/** Ends every connection to the database but the one that asks. */
const cutAll = (url: string) =>
  ask(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );

describe('opening', () => {
  test('makes schema and role, migrates once however many replicas start, and later only what is new', async () => {
    await using database = await testDatabase();
    await using migrations = await migrationsOf(notes);
    const opened = await Promise.all([1, 2, 3].map(() => open(database.url, 'catalog', migrations.url)));
    await migrations.add('0002_word.sql', 'create table word (text text); insert into word values (current_user)');
    await using db = await open(database.url, 'catalog', migrations.url);
    const { rows } = await sql`select text from word`.execute(db);
    expect(rows).toEqual([{ text: 'aniworld_catalog' }]);
    const { rows: steps } = await sql<{ name: string }>`select name from migration order by name`.execute(db);
    expect(steps.map((step) => step.name)).toEqual(['0001_note', '0002_word']);
    await Promise.all(opened.map((entry) => entry.destroy()));
  });

  test('leaves nothing behind of a migration that fails, and says which service it was', async () => {
    await using database = await testDatabase();
    await using migrations = await migrationsOf({ '0001_bad.sql': 'create table half (id int); select 1/0' });
    await expect(open(database.url, 'catalog', migrations.url)).rejects.toThrow(/database of catalog/);
    await migrations.add('0001_bad.sql', 'create table half (id int)');
    await using db = await open(database.url, 'catalog', migrations.url);
    expect((await sql`select * from half`.execute(db)).rows).toEqual([]);
  });

  test('lets a migration take longer than any statement may', async () => {
    await using database = await testDatabase();
    await using migrations = await migrationsOf({
      '0001_slow.sql': `create table setting as select current_setting('statement_timeout') as migrating`,
    });
    await using db = await open(database.url, 'catalog', migrations.url);
    const { rows } = await sql`select migrating, current_setting('statement_timeout') as working from setting`.execute(
      db,
    );
    expect(rows).toEqual([{ migrating: '0', working: '15s' }]);
  });

  test('needs no right to make roles where an administrator has made them', async () => {
    await using database = await testDatabase();
    await using migrations = await migrationsOf(notes);
    const db = await open(database.url, 'catalog', migrations.url);
    const login = `login_${Date.now()}`;
    await db.destroy();
    await ask(database.url, `create role ${login} login password 'x' in role aniworld_catalog`);
    const url = new URL(database.url);
    Object.assign(url, { username: login, password: 'x' });
    {
      await using own = await open(url.href, 'catalog', migrations.url);
      expect((await sql`select current_user as name`.execute(own)).rows).toEqual([{ name: 'aniworld_catalog' }]);
    }
    await ask(database.url, `drop role ${login}`);
  });

  test('waits until Postgres is there, says so, and can be given up', async () => {
    const { log, line } = keptLog();
    const stop = new AbortController();
    const url = 'postgres://aniworld@127.0.0.1:1/aniworld';
    const opening = openDb({ url, service: 'catalog', migrations: new URL('.', import.meta.url), log }, stop.signal);
    expect(await line('does not answer yet')).toMatchObject({ level: 40 });
    stop.abort(new Error('enough'));
    await expect(opening).rejects.toThrow();
  });
});

test('a service can not read another’s tables, nor make anything outside its own schema', async () => {
  await using database = await testDatabase();
  await using migrations = await migrationsOf(notes);
  await using catalog = await open(database.url, 'catalog', migrations.url);
  await using auth = await open(database.url, 'auth', migrations.url);
  await sql`insert into note (id) values (1)`.execute(catalog);
  await expect(sql`select * from catalog.note`.execute(auth)).rejects.toMatchObject({ code: '42501' });
  await expect(sql`create table catalog.mine (id int)`.execute(auth)).rejects.toMatchObject({ code: '42501' });
  await expect(sql`create table public.mine (id int)`.execute(auth)).rejects.toMatchObject({ code: '42501' });
  expect((await sql`select * from note`.execute(auth)).rows).toEqual([]);
  expect((await sql`select * from outbox`.execute(auth)).rows).toEqual([]);
});

test('big numbers, times and dates arrive as the contracts have them', async () => {
  await using database = await testDatabase();
  await using migrations = await migrationsOf(notes);
  await using db = await open(database.url, 'catalog', migrations.url);
  await sql`insert into note values (9007199254740991, '2026-01-02 03:04:05.678+02', 1.5, '2026-01-02')`.execute(db);
  expect((await sql`select * from note`.execute(db)).rows).toEqual([
    { id: 9007199254740991, at: '2026-01-02T01:04:05.678Z', score: 1.5, day: '2026-01-02' },
  ]);
});

describe('a lost connection', () => {
  test('while idle, in a query or in a transaction ends no process, and the next query works', async () => {
    await using database = await testDatabase();
    await using migrations = await migrationsOf(notes);
    const { log, line } = keptLog();
    await using db = await open(database.url, 'catalog', migrations.url, { log });
    await pingDb(db);
    expect(await cutAll(database.url)).toBeGreaterThan(0);
    await line('idle database connection was lost');
    await pingDb(db);

    const waiting = sql`select pg_sleep(60)`.execute(db).catch((error: unknown) => databaseError(error)?.code);
    const inside = db
      .transaction()
      .execute(async (tx) => {
        await sql`insert into note (id) values (1)`.execute(tx);
        await sql`select pg_sleep(60)`.execute(tx);
      })
      .catch((error: unknown) => databaseError(error)?.code);
    const asleep = `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;
    await until(async () => (await ask(database.url, asleep)) === 2);
    await cutAll(database.url);
    expect([await waiting, await inside]).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
    expect((await sql`select * from note`.execute(db)).rows).toEqual([]);
  });
});

describe('a server that doesn’t answer any more', () => {
  /** Passes bytes to Postgres until it is told to swallow its answers. */
  async function silentProxy(target: string) {
    const { hostname, port } = new URL(target);
    const sockets = new Set<Socket>();
    const state = { deaf: false };
    const server = createServer((client) => {
      const upstream = new (client.constructor as typeof Socket)().connect(Number(port), hostname);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => (client.destroy(), upstream.destroy()));
      }
      client.pipe(upstream);
      upstream.on('data', (bytes: Buffer) => void (state.deaf || client.write(bytes)));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(target);
    url.host = `127.0.0.1:${(server.address() as { port: number }).port}`;
    return {
      url: url.href,
      state,
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) socket.destroy();
        server.close();
        await once(server, 'close');
      },
    };
  }

  test('makes readiness fail within its time, and the connection is dropped and replaced', async () => {
    await using database = await testDatabase();
    await using migrations = await migrationsOf(notes);
    await using proxy = await silentProxy(database.url);
    await using db = await open(proxy.url, 'catalog', migrations.url, { max: 1, longestMs: 1_000 });
    await pingDb(db);
    proxy.state.deaf = true;
    const begun = performance.now();
    await expect(pingDb(db)).rejects.toThrow('does not answer');
    expect(performance.now() - begun).toBeLessThan(4_000);
    // The pool has one connection, and its query hangs: nothing goes on until that connection is given up, 5 s after the longest statement.
    proxy.state.deaf = false;
    await until(() =>
      pingDb(db).then(
        () => true,
        () => false,
      ),
    );
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test('and one that accepts without ever greeting is UNAVAILABLE after 5 s', async () => {
    await using database = await testDatabase();
    await using migrations = await migrationsOf(notes);
    await using proxy = await silentProxy(database.url);
    await using db = await open(proxy.url, 'catalog', migrations.url);
    proxy.state.deaf = true;
    await cutAll(database.url);
    const begun = performance.now();
    const error = await sql`select 1`.execute(db).catch((caught: unknown) => caught);
    expect(databaseError(error)).toMatchObject({ code: 'UNAVAILABLE' });
    expect(performance.now() - begun).toBeLessThan(6_000);
  });
});

test('what the database says about itself is UNAVAILABLE, what it says about the statement is not', async () => {
  await using database = await testDatabase();
  await using migrations = await migrationsOf(notes);
  await using db = await open(database.url, 'catalog', migrations.url);
  const errorOf = (statement: string) =>
    sql
      .raw(statement)
      .execute(db)
      .catch((error: unknown) => databaseError(error)?.code ?? null);
  expect(await errorOf("set statement_timeout = '20ms'; select pg_sleep(5)")).toBe('UNAVAILABLE');
  expect(await errorOf('select * from nowhere')).toBeNull();
  expect(await errorOf('insert into note (id) values (1); insert into note (id) values (1)')).toBeNull();
  expect(await errorOf("do $$ begin raise sqlstate '40P01'; end $$")).toBe('UNAVAILABLE');
});
