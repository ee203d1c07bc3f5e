import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, DatabaseError } from 'pg';
import { type Account, serverAccount } from './account.ts';
import { type PostgresBinaries, postgresBinaries } from './binaries.ts';
import { lockFolder } from './lock.ts';
import { commandLine, type Ending, endPid } from './pid.ts';
import { freePort } from './ports.ts';
import { keepRunning, type Log, type ProgramSpec } from './program.ts';

export type PostgresOptions = {
  /** The application's data folder; the database lies in `postgres/` below it. */
  dataDir: string;
  log: Log;
  /** On 127.0.0.1; a free one when not given. */
  port?: number;
  /** `none` survives no crash and is for tests alone. */
  durability?: 'full' | 'none';
  /** More of the server's own environment. */
  environment?: Record<string, string>;
};

export type Postgres = AsyncDisposable & {
  /** Of the superuser and the database `aniworld`, with the password. */
  url: string;
  port: number;
};

type Cluster = { path: string; password: string; binaries: PostgresBinaries; account: Account | undefined };

const run = promisify(execFile);
const USER = 'postgres';
const DATABASE = 'aniworld';
/** SIGINT is the fast shutdown, which needs no recovery; SIGQUIT leaves that to the next start. */
const ENDING: Ending = { soft: 'SIGINT', softMs: 8_000, hard: 'SIGQUIT' };
/** Recovery reads the log since the last checkpoint: a gigabyte on a slow disk takes minutes. */
const READY_MS = 300_000;
/** Nothing of the caller's environment (PGDATA, LC_ALL, secrets) reaches the server. */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // A socket's path may have 107 bytes at most, and a data folder can lie deeper than that.
  unix_socket_directories: '',
  // Five services of at most 20 connections each, and as many again for more workers.
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  wal_compression: 'on',
  random_page_cost: '1.1',
  // Our statements are short: compiling them takes longer than running them.
  jit: 'off',
  // A transaction that somebody forgot keeps what was finished since from being cleaned away, and each claim has to pass it
  // all: a microsecond for each item. The same limit as our own sessions have; pg_dump lifts it for itself.
  idle_in_transaction_session_timeout: '15s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // What a statement did wrong is told to who sent it; the file is for the server's own news.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
};

const WITHOUT_DURABILITY = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
};

/**
 * Starts the embedded PostgreSQL on a folder of its own and keeps it running until disposed. Throws when another process
 * has the folder. A server that a killed predecessor left running on it is ended first.
 */
export async function startPostgres(options: PostgresOptions, signal?: AbortSignal): Promise<Postgres> {
  await using opened = new AsyncDisposableStack();
  const folder = join(options.dataDir, 'postgres');
  await mkdir(options.dataDir, { recursive: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  opened.use(await lockFolder(folder));
  const cluster = await openCluster(await realpath(folder), options, signal);
  await endOrphan(cluster.path, options.log);

  let port = 0;
  const urlOf = (database: string) =>
    `postgres://${USER}:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/${database}`;
  const launch = async (started: boolean): Promise<ProgramSpec> => {
    if (!started) port = options.port ?? (await freePort());
    const answers = () => isAnswering(urlOf('postgres'), cluster.path);
    return serverProgram(cluster, port, join(folder, 'postgres.log'), options, answers);
  };
  opened.use(await keepRunning(launch, options.log, signal));
  await createDatabase(urlOf('postgres'));
  options.log.info({ port }, 'PostgreSQL is running');
  const kept = opened.move();
  return { url: urlOf(DATABASE), port, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function serverProgram(
  { path, binaries, account }: Cluster,
  port: number,
  logFile: string,
  { durability, environment = {} }: PostgresOptions,
  isReady: ProgramSpec['isReady'],
): ProgramSpec {
  const settings = { ...SETTINGS, port: String(port), ...(durability === 'none' ? WITHOUT_DURABILITY : {}) };
  const args = ['-D', path, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return {
    name: 'PostgreSQL',
    // By `env`, so that only the server gets it, and not the program that makes us its user.
    ...asAccount(account, 'env', [...variables, binaries.postgres, ...args]),
    env: ENVIRONMENT,
    logFile,
    owner: account,
    isReady,
    readyMs: READY_MS,
    ending: ENDING,
  };
}

/** The files of the database, made at the first start. */
async function openCluster(
  folder: string,
  { log, durability }: PostgresOptions,
  signal?: AbortSignal,
): Promise<Cluster> {
  const binaries = await postgresBinaries();
  const account = await serverAccount(folder, binaries.postgres);
  const path = join(folder, 'cluster');
  const passwordFile = join(folder, 'password');
  if (!(await exists(path))) {
    log.info({ folder }, 'Creating the database');
    await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (account) await chown(passwordFile, account.uid, account.gid);
    // Made under another name: a first start that is cut short leaves nothing that looks like a database.
    await rm(`${path}.new`, { recursive: true, force: true });
    const sync = durability === 'none' ? ['--no-sync'] : [];
    await initdb(binaries, account, ['-D', `${path}.new`, '--pwfile', passwordFile, ...sync], signal);
    await rename(`${path}.new`, path);
  }
  await checkVersion(path, binaries);
  const password = await readFile(passwordFile, 'utf8');
  return { path, password, binaries, account };
}

async function initdb(binaries: PostgresBinaries, account: Account | undefined, args: string[], signal?: AbortSignal) {
  // The builtin locale gives the same order on every system, and needs none of the system's locales.
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const { command, args: all } = asAccount(account, binaries.initdb, [
    ...[...args, ...locale, `--username=${USER}`, '--auth=scram-sha-256', '--no-instructions'],
  ]);
  await run(command, all, { cwd: '/', env: ENVIRONMENT, signal }).catch((error: Error & { stderr?: string }) => {
    signal?.throwIfAborted();
    throw new Error(`The database could not be created: ${error.stderr?.trim() || error.message}`, { cause: error });
  });
}

function asAccount(account: Account | undefined, command: string, args: readonly string[]) {
  return account ? account.wrap(command, args) : { command, args: [...args] };
}

async function checkVersion(path: string, { postgres }: PostgresBinaries): Promise<void> {
  const made = (
    await readFile(join(path, 'PG_VERSION'), 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Error(`${path} cannot be read (${error.code}): start AniWorld as the user who owns it`, {
        cause: error,
      });
    })
  ).trim();
  const { stdout } = await run(postgres, ['--version'], { env: ENVIRONMENT });
  const have = stdout.match(/\) (\d+)/)?.[1];
  if (made === have) return;
  throw new Error(
    `The database in ${path} was made by PostgreSQL ${made}; this is PostgreSQL ${have}. ` +
      'Dump it with the AniWorld version that made it, and restore the dump into a new data folder.',
  );
}

async function endOrphan(cluster: string, log: Log): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const [first = '', ...rest] = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
  const pid = Number(first);
  const command = pid > 0 ? await commandLine(pid) : undefined;
  // Of a process that is dead: Postgres sees so itself, and also looks for survivors that still use its shared memory.
  if (command === undefined) return;
  if (command.includes('postgres') && `${command} `.includes(` -D ${cluster} `)) {
    log.warn({ pid }, 'Ending the PostgreSQL that an earlier run left behind');
    await endPid(pid, ENDING);
    return;
  }
  // The number has gone to some other process, which Postgres would take for a server and refuse. It disregards its
  // parent's number alone, and the other lines have to stay: they name the shared memory to look at.
  await writeFile(pidFile, [process.pid, ...rest].join('\n'));
}

async function isAnswering(url: string, cluster: string): Promise<boolean> {
  try {
    await query(url, 'select 1');
    return true;
  } catch (error) {
    // 28P01: invalid_password. No waiting helps.
    if (!(error instanceof DatabaseError) || error.code !== '28P01') return false;
    throw new Error(`The database does not accept the password in ${join(cluster, '..', 'password')}`, {
      cause: error,
    });
  }
}

async function createDatabase(url: string): Promise<void> {
  const found = await query(url, `select from pg_database where datname = '${DATABASE}'`);
  if (found === 0) await query(url, `create database ${DATABASE}`);
}

/** Runs one statement on a connection of its own; returns the number of its rows. */
async function query(url: string, statement: string): Promise<number> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // Without a listener, a connection that breaks while idle would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(statement)).rowCount ?? 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
