import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { openArchive } from '@aniworld/chassis';
import { testDatabase, testPrefix } from '@aniworld/testing';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { runProgram } from '../../packages/cli/src/program.ts';
import { listenTo, startSystem, type TestSystem } from './system.ts';

test('a backup fills a new machine: the same password, the same library, and the queue goes on', {
  timeout: 120_000,
}, async () => {
  await using folders = await twoFolders();
  await using database = await testDatabase();
  const file = join(folders.first, 'taken away.zip');
  let token: string | null;
  {
    await using system = await startSystem({ dataDir: folders.first, shelfBytesPerSecond: 40_000 });
    await system.setUp();
    token = system.token();
    const { id } = await system.client.search.add({ provider: 'sample', ref: 'paper-boat-post' });
    using realtime = await listenTo(system, 'downloads');
    const moving = realtime.next('download_progress', (data) => data.bytes_done > 0);
    await system.client.anime.download({ id });
    await moving;
    const { status, out } = await aniworld(system, ['backup', '--output', file]);
    expect([status, out]).toEqual([0, expect.stringMatching(/^aniworld-\d+T\d+Z\.zip \(\d+ kB\) was written\./)]);
    const { items, folder } = await system.client.backups.list();
    expect(items).toHaveLength(1);
    expect((await readFile(join(folder, items[0]!.name))).equals(await readFile(file))).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await system.client.backups.remove({ name: items[0]!.name });
    expect(await readdir(folder)).toEqual([]);
  }
  const place = { dataDir: folders.second, databaseUrl: database.url, natsPrefix: testPrefix() };
  await using system = await startSystem({ ...place, restoreFrom: file, shelfBytesPerSecond: 400_000 });
  const { client } = system;
  await expect(client.auth.login({ password: 'another password' })).rejects.toMatchObject({
    code: 'INVALID_CREDENTIALS',
  });
  system.useToken(token);
  await expect(client.queue.status()).rejects.toMatchObject({ code: 'SESSION_REVOKED' });
  system.useToken((await client.auth.login({ password: 'a long password' })).token);
  expect(await countsOf(database.url, file)).toEqual([]);

  expect((await client.config.get()).config.library.folders).toEqual([join(folders.first, 'library')]);
  expect((await client.anime.list({})).items).toMatchObject([{ title: 'Paper Boat Post', episode_count: 8 }]);
  await expect.poll(async () => (await client.queue.status()).counts.completed, { timeout: 60_000 }).toBe(8);
  const { items } = await client.queue.items({});
  expect(items.map(({ attempt }) => attempt)).toEqual(Array(8).fill(0));
  await expect
    .poll(async () => (await client.anime.list({})).items[0], { timeout: 20_000 })
    .toMatchObject({ file_count: 8, missing_count: 0 });
});

test('a damaged file, and data that is there already, are refused before anything starts', async () => {
  await using folders = await twoFolders();
  await using database = await testDatabase();
  const file = join(folders.first, 'backup.zip');
  const first = { dataDir: folders.first, databaseUrl: database.url };
  {
    await using system = await startSystem(first);
    await system.setUp();
    expect(await aniworld(system, ['backup', '--output', file])).toMatchObject({ status: 0 });
  }
  await expect(startSystem({ ...first, restoreFrom: file })).rejects.toThrow('There is data in this folder already');
  const bytes = await readFile(file);
  bytes[Math.floor(bytes.length / 3)]! ^= 0xff;
  await writeFile(file, bytes);
  await using empty = await testDatabase();
  const second = { dataDir: folders.second, databaseUrl: empty.url };
  await expect(startSystem({ ...second, restoreFrom: file })).rejects.toThrow('damaged');
  await using system = await startSystem(second);
  expect(await system.client.auth.status()).toMatchObject({ set_up: false });
});

async function twoFolders() {
  const [first, second] = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'aniworld-backup-'))));
  return {
    first: first!,
    second: second!,
    async [Symbol.asyncDispose]() {
      for (const folder of [first!, second!]) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The tables whose rows are not those of the backup; of what no service adds to by itself. */
async function countsOf(url: string, file: string): Promise<unknown[]> {
  await using archive = await openArchive(file, '0.1.0');
  const client = new Client({ connectionString: url });
  await client.connect();
  const different = [];
  for (const [service, table] of LASTING) {
    const entry = archive.manifest.services[service]!.tables.find(({ name }) => name === table);
    const { rows } = await client.query(`select count(*)::int as n from ${service}.${table}`);
    if (!entry || rows[0].n !== entry.rows) different.push({ service, table, is: rows[0].n, was: entry?.rows });
  }
  await client.end();
  return different;
}

const LASTING = [
  ['auth', 'master_password'],
  ['auth', 'signing_key'],
  ['catalog', 'config_version'],
  ['catalog', 'series'],
  ['catalog', 'episode'],
  ['downloader', 'item'],
  ['downloader', 'slot'],
] as const;

/** One call of the command line. */
async function aniworld({ system, token }: TestSystem, args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const environment = { sessionFile: '/nowhere', url: system.url, token: token() ?? undefined };
  const signal = new AbortController().signal;
  const status = await runProgram(args, { stdin: Readable.from([]), stdout, stderr, environment, signal });
  return { status, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}
