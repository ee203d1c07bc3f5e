import type { ServiceName } from '@aniworld/contracts';
import { testDatabase, testPrefix } from '@aniworld/testing';
import { type Kysely, sql } from 'kysely';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { expect, test } from 'vitest';
import { silent, testBus } from '../chassis.fixture.ts';
import { openDb } from '../db.ts';
import { serveExport } from './export.ts';
import { writeBackup } from './write.ts';

const FIRST = `
create table shelf (id bigint primary key generated always as identity, name text not null, double text generated always as (name || name) stored);
create table book (id uuid primary key default gen_random_uuid(), shelf_id bigint not null references shelf, about jsonb, raw bytea);
create table tally (n bigint not null);
create table guest (name text);
insert into tally values (0);
create function count_books() returns trigger language plpgsql set search_path from current as $$
begin insert into tally select count(*) from new_rows; return null; end $$;
create trigger counted after insert on book referencing new table as new_rows for each statement execute function count_books();`;

const SECOND = "alter table shelf add column colour text not null default 'oak'";

test('what was stored comes back whole on another server, on the newest schema, and goes on from there', async () => {
  await using system = await startSystem();
  await system.db('catalog').fill();
  const { manifest, path } = await system.backup();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(manifest.services['catalog']?.tables.map(({ name, rows }) => [name, rows])).toEqual([
    ['book', 2_002],
    ['inbox', 0],
    ['outbox', 1],
    ['outbox_stream', 1],
    ['parked_event', 0],
    ['shelf', 2],
    ['tally', 3],
  ]);
  const before = await system.db('catalog').contents();
  await writeFile(join(system.migrations, '0002_colour.sql'), SECOND);
  await writeFile(join(system.folder, 'after.sql'), "update shelf set colour = 'elm' where id = 2");
  await using restored = await system.restored('catalog', path);
  expect(await restored.contents()).toEqual(before);
  const shelf = sql`insert into shelf (name) values ('third') returning id, double, colour`;
  expect((await shelf.execute(restored.db)).rows).toEqual([{ id: 3, double: 'thirdthird', colour: 'oak' }]);
  await sql`insert into book (shelf_id) values (3)`.execute(restored.db);
  expect((await sql`select colour from shelf where id = 2`.execute(restored.db)).rows).toEqual([{ colour: 'elm' }]);
  expect((await sql`select n from tally order by n`.execute(restored.db)).rows).toHaveLength(4);
});

test('events that were told before the backup are told again, and those who handled them know it', async () => {
  await using system = await startSystem();
  await system.db('catalog').fill();
  const { path } = await system.backup();
  await using restored = await system.restored('catalog', path);
  expect((await sql`select sent_at, seq from outbox`.execute(restored.db)).rows).toEqual([
    { sent_at: null, seq: null },
  ]);
  expect((await sql`select from outbox_stream`.execute(restored.db)).rows).toEqual([]);
});

test('what is written while a backup is made is not in it', async () => {
  await using system = await startSystem();
  const { db } = system.db('catalog');
  await sql`insert into shelf (name) select repeat('x', 1000) from generate_series(1, 3000)`.execute(db);
  const backing = system.backup();
  const writing = (async () => {
    for (let i = 0; i < 50; i += 1) await sql`insert into shelf (name) values ('later') returning id`.execute(db);
    return 'written';
  })();
  const { manifest } = await backing;
  const rows = manifest.services['catalog']!.tables.find(({ name }) => name === 'shelf')!.rows;
  expect(await writing).toBe('written');
  expect(rows).toBeGreaterThanOrEqual(3_000);
  expect(rows).toBeLessThanOrEqual(3_050);
});

test.each([
  ['cut short', (path: string) => truncate(path, 30_000), 'cut short'],
  ['changed in the middle', (path: string) => flip(path, 0.4), 'is damaged'],
  ['changed in its directory', (path: string) => flip(path, 0.995), 'damaged'],
  ['gone', (path: string) => rm(path), 'There is no file'],
])('a file that is %s is refused, and nothing of it is restored', async (_, harm, reason) => {
  await using system = await startSystem();
  await system.db('catalog').fill();
  const { path } = await system.backup();
  await harm(path);
  await using target = await testDatabase();
  await expect(system.open('catalog', target.url, path)).rejects.toThrow(reason);
  await expect(system.open('auth', target.url, path)).rejects.toThrow(reason);
  expect(await tablesOf(target.url)).toEqual([]);
});

test('a backup of a newer program is refused by every service', async () => {
  await using system = await startSystem();
  const { path } = await system.backup('99.0.0');
  await using target = await testDatabase();
  await expect(system.open('auth', target.url, path)).rejects.toThrow('newer than this program');
  expect(await tablesOf(target.url)).toEqual([]);
});

test('a backup whose tables this program does not know is refused', async () => {
  await using system = await startSystem();
  const { path } = await system.backup();
  await rm(join(system.migrations, '0001_first.sql'));
  await writeFile(join(system.migrations, '0001_other.sql'), 'create table other (id int)');
  await using target = await testDatabase();
  await expect(system.open('auth', target.url, path)).rejects.toThrow('not those of this version');
  expect(await tablesOf(target.url)).toEqual([]);
});

test('nothing is restored over data', async () => {
  await using system = await startSystem();
  const { path } = await system.backup();
  await system.db('catalog').fill();
  const before = await system.db('catalog').contents();
  await using again = await system.restoredAt('catalog', system.url, path);
  expect(await again.contents()).toEqual(before);
});

test('two replicas that start at once restore once', async () => {
  await using system = await startSystem();
  await system.db('catalog').fill();
  const { path } = await system.backup();
  await using target = await testDatabase();
  const [first, second] = await Promise.all([1, 2].map(() => system.restoredAt('catalog', target.url, path)));
  await using _first = first!;
  await using _second = second!;
  expect(await first!.contents()).toEqual(await system.db('catalog').contents());
});

test('a backup that a service does not answer leaves no file behind', { timeout: 20_000 }, async () => {
  await using system = await startSystem();
  const ending = AbortSignal.timeout(300);
  await expect(system.backup('0.1.0', ['catalog', 'downloader'], ending)).rejects.toThrow();
  expect((await readdir(system.folder)).filter((name) => name.includes('.zip'))).toEqual([]);
});

async function flip(path: string, where: number): Promise<void> {
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length * where);
  bytes[at] = bytes[at]! ^ 0xff;
  await writeFile(path, bytes);
}

async function tablesOf(url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`
    select relname from pg_class join pg_namespace n on n.oid = relnamespace
    where nspname in ('catalog', 'auth') and relkind = 'r'`);
  await client.end();
  return rows;
}

/** Two services with a table or two, each answering its export. */
async function startSystem() {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-backup-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const migrations = await mkdtemp(join(folder, 'migrations-'));
  await writeFile(join(migrations, '0001_first.sql'), FIRST);
  const database = stack.use(await testDatabase());
  const bus = stack.use(await testBus(testPrefix()));
  const optionsOf = (service: ServiceName, url: string) => ({
    ...{ url, service, migrations: pathToFileURL(`${migrations}/`), log: silent },
  });
  const opened = new Map<string, Kysely<any>>();
  for (const service of ['auth', 'catalog'] as const) {
    const db = await openDb<any>(optionsOf(service, database.url));
    stack.defer(() => db.destroy());
    opened.set(service, db);
    stack.use(serveExport(bus, { ...optionsOf(service, database.url), transient: ['guest'] }));
  }
  const open = async (service: ServiceName, url: string, from: string) => {
    const after = pathToFileURL(join(folder, 'after.sql'));
    const restore = { from, version: '0.1.0', ...((await readdir(folder)).includes('after.sql') && { after }) };
    return contentOf(await openDb<any>({ ...optionsOf(service, url), restore }));
  };
  const owned = stack.move();
  return {
    folder,
    migrations,
    url: database.url,
    open,
    db: (service: ServiceName) => contentOf(opened.get(service)!),
    async backup(
      version = '0.1.0',
      services: ServiceName[] = ['auth', 'catalog'],
      signal = new AbortController().signal,
    ) {
      const path = join(folder, 'backup.zip');
      const manifest = await writeBackup({ bus, path, services, version, createdAt: new Date() }, signal);
      return { manifest, path };
    },
    async restoredAt(service: ServiceName, url: string, path: string) {
      const content = await open(service, url, path);
      return { ...content, [Symbol.asyncDispose]: () => content.db.destroy() };
    },
    async restored(service: ServiceName, path: string) {
      const target = await testDatabase();
      const content = await open(service, target.url, path);
      return {
        ...content,
        async [Symbol.asyncDispose]() {
          await content.db.destroy();
          await target[Symbol.asyncDispose]();
        },
      };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function contentOf(db: Kysely<any>) {
  return {
    db,
    /** Rows of every kind that the format must carry, one of them larger than a piece. */
    async fill() {
      await sql`insert into shelf (name) values (${'tab\tline\nback\\slash \\N “quotes” \u0001'}), ('')`.execute(db);
      await sql`insert into book (shelf_id, about, raw) select 1, jsonb_build_object('n', n, 'text', md5(n::text)), null
        from generate_series(1, 2000) n`.execute(db);
      await sql`insert into book (shelf_id, about, raw) values
        (2, ${JSON.stringify({ long: 'é'.repeat(300_000) })}::jsonb, '\\x000aff'), (2, null, '')`.execute(db);
      await sql`insert into guest values ('stays here')`.execute(db);
      await sql`insert into outbox (name, subject, data, sent_at, seq) values ('a.b', 'evt.a.b', '{}', now(), 7)`.execute(
        db,
      );
      await sql`insert into outbox_stream (created) values ('then')`.execute(db);
    },
    async contents() {
      const { rows } = await sql`select
        (select jsonb_agg(jsonb_build_array(id, name, double) order by id) from shelf) as shelves,
        (select jsonb_agg(tally.n order by n) from tally) as tallies,
        (select md5(string_agg(book::text, '|' order by id)) from book) as books`.execute(db);
      return rows;
    },
  };
}
