import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { commandLine } from './pid.ts';
import { startPostgres } from './postgres.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

it('keeps what was written over a restart', async () => {
  await using folder = await temporaryFolder();
  {
    await using postgres = await startPostgres({ dataDir: folder.path, log });
    await query(postgres.url, `create table series as select 'Ōkami' as title`);
  }
  await using postgres = await startPostgres({ dataDir: folder.path, log });
  expect(await query(postgres.url, 'select title, current_database() as name from series')).toEqual([
    { title: 'Ōkami', name: 'aniworld' },
  ]);
});

it('keeps what was committed when the process that runs it is killed, and starts again on the same folder', async () => {
  await using folder = await temporaryFolder();
  const script = join(folder.path, 'owner.ts');
  await writeFile(script, owner(folder.path));
  const first = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = (await once(createInterface(first.stdout), 'line')) as [string];
  await query(url, 'create table series as select 1 as id');
  const orphan = Number((await readFile(pidFile(folder.path), 'utf8')).split('\n')[0]);
  first.kill('SIGKILL');
  await once(first, 'exit');
  await using postgres = await startPostgres({ dataDir: folder.path, log });
  expect(await commandLine(orphan)).toBeUndefined();
  expect(await query(postgres.url, 'select id from series')).toEqual([{ id: 1 }]);
});

it('starts although the number in an old pid file now belongs to another program', async () => {
  await using folder = await temporaryFolder();
  await (await startPostgres({ dataDir: folder.path, log, durability: 'none' }))[Symbol.asyncDispose]();
  const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  await writeFile(pidFile(folder.path), `${other.pid}\n${join(folder.path, 'postgres', 'cluster')}\n`);
  await using postgres = await startPostgres({ dataDir: folder.path, log, durability: 'none' });
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(other.exitCode ?? other.signalCode).toBe(null);
  other.kill();
});

it('refuses a folder that is in use, whoever asks without the password, and comes back when its server dies', async () => {
  await using folder = await temporaryFolder();
  await using postgres = await startPostgres({ dataDir: folder.path, log, durability: 'none' });
  await expect(startPostgres({ dataDir: folder.path, log })).rejects.toThrow('is in use by process');

  const stranger = new URL(postgres.url);
  stranger.password = 'guessed';
  await expect(query(stranger.href, 'select 1')).rejects.toThrow('password authentication failed');
  expect((await stat(join(folder.path, 'postgres', 'password'))).mode & 0o777).toBe(0o600);

  const [{ pid } = { pid: 0 }] = await query<{ pid: number }>(postgres.url, postmaster(folder.path));
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(() => query(postgres.url, 'select 2 as two').catch(String), { timeout: 20_000 })
    .toEqual([{ two: 2 }]);
});

it('ends a session that idles in a transaction, whoever opened it', async () => {
  await using folder = await temporaryFolder();
  await using postgres = await startPostgres({ dataDir: folder.path, log, durability: 'none' });
  expect(await query(postgres.url, 'show idle_in_transaction_session_timeout')).toEqual([
    { idle_in_transaction_session_timeout: '15s' },
  ]);
});

function owner(dataDir: string): string {
  return `
    import { startPostgres } from ${JSON.stringify(new URL('./postgres.ts', import.meta.url).href)};
    const log = { info() {}, warn() {}, error() {} };
    const { url } = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, log });
    console.log(url);
  `;
}

function postmaster(dataDir: string): string {
  return `select split_part(pg_read_file('${pidFile(dataDir)}'), chr(10), 1)::int as pid`;
}

function pidFile(dataDir: string): string {
  return join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
}

/** Closed to all other users, as mkdtemp makes it: what a project below /root is for a Postgres that must not be root. */
async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'aniworld-postgres-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function query<Row>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(statement)).rows as Row[];
  } finally {
    await client.end().catch(() => undefined);
  }
}
