import { type AppError, fail } from '@aniworld/contracts';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type RestoreOptions, restoreSchema } from './backup/restore.ts';
import type { Log } from './log.ts';
import { loginOf, roleOf } from './login.ts';
import { migrate } from './migrate.ts';

/** A transaction or the pool: what a store's functions take first. */
export type Db<Schema> = Kysely<Schema> | Transaction<Schema>;

export interface DbOptions {
  /** `postgres://user:password@host:port/database` */
  url: string;
  /** Names the schema and the role: each service has its own. */
  service: string;
  /** Folder with `NNNN_name.sql`, forward only. */
  migrations: URL;
  log: Log;
  /** Connections at most. Default 10. */
  max?: number;
  /** A backup to fill the schema from when it is empty. */
  restore?: RestoreOptions | undefined;
  /** No statement and no idle transaction lasts longer, in milliseconds, so nothing waits for ever. Default 15 s. */
  longestMs?: number;
}

// bigint: sizes and counters stay below 2^53. Times are ISO strings everywhere, so nothing is mapped.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString());

const LONGEST_MS = 15_000;
/** So much later a connection is given up on which not even the end of a statement is heard: it is dead in one direction. */
const SILENCE_MS = 5_000;
/** A connection that nobody needs stays open for so long: to open one takes as long as several statements, and it has prepared none. */
const IDLE_MS = 300_000;

/**
 * Opens a service's database: waits until Postgres answers, creates role and schema where the login may, fills an empty
 * one from a backup where one is named, migrates under a lock.
 * @throws BackupError when there is a backup to restore and it can't be
 */
export async function openDb<Schema>(options: DbOptions, signal?: AbortSignal): Promise<Kysely<Schema>> {
  await prepare(options, signal);
  if (options.restore) await restoreSchema(options, options.restore);
  // Of its own, and without limits: an index over a million rows takes its time, and so does another replica's migration
  // that this one waits for.
  const migrating = openPool<Schema>(options, { max: 1, statement_timeout: 0, query_timeout: 0 });
  try {
    await migrate(migrating, options);
  } finally {
    await migrating.destroy();
  }
  return openPool<Schema>(options, { max: options.max ?? 10 });
}

/** Throws when the database does not answer within 2 s: the readiness check. */
export async function pingDb(db: Kysely<never> | Kysely<any>): Promise<void> {
  const timeout = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('Postgres does not answer')), 2_000).unref();
  });
  await Promise.race([sql`select 1`.execute(db), timeout]);
}

/** The catalogue's error for a failure of the database itself, or null when the statement was at fault. */
export function databaseError(error: unknown): AppError | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? String(error.code) : '';
  // Connection exceptions, operator intervention (shutdown, cancelled statement), resources, read-only standby.
  const away = /^(08|57|53|25006|25P03|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/.test(code);
  const dropped = /timeout exceeded|Connection terminated|Query read timeout|not queryable/i.test(error.message);
  // Serialization failure, deadlock, lock not available: the same statement succeeds when it is tried again.
  const collided = /^(40001|40P01|55P03)/.test(code);
  return away || dropped || collided ? fail('UNAVAILABLE', { cause: error, retry_after: 2 }) : null;
}

/**
 * Stands before a statement that is planned once per connection instead of at each call: for those that run for every item
 * and whose planning takes longer than their running. One name, one text; and it names the columns that it returns,
 * because a plan does not survive a migration of a later version that adds one to its `*`.
 */
export const prepared = (name: string) => `/* prepared: ${name} */ `;

const PREPARED = /^\s*\/\* prepared: (\w+) \*\//;

function openPool<Schema>(options: DbOptions, settings: pg.PoolConfig): Kysely<Schema> {
  const longest = options.longestMs ?? LONGEST_MS;
  const pool = new pg.Pool({
    ...loginOf(options),
    statement_timeout: longest,
    query_timeout: longest + SILENCE_MS,
    idle_in_transaction_session_timeout: longest,
    keepAlive: true,
    idleTimeoutMillis: IDLE_MS,
    ...settings,
  });
  // An idle client that loses its server emits "error"; without a listener the process would end. The error carries the whole
  // client, with every statement that it prepared, which no log needs.
  pool.on('error', (error) => options.log.warn({ reason: error.message }, 'an idle database connection was lost'));
  pool.on('connect', (client) => guard(client, options.log));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

/** The server has ended the connection: connection exceptions, shutdown and termination, a transaction that stood idle. */
const ENDED = /^(08|57P0|25P03)/;

// A client whose query timed out still has the reply under way, and the next query on it would wait behind that for ever
// (node-postgres #3399). One whose server has just said goodbye looks whole until its socket closes a moment later. Both are
// ended here, so that the pool drops them on release instead of handing them out again.
function guard(client: pg.PoolClient, log: Log) {
  client.on('error', (error) => log.warn({ reason: error.message }, 'a database connection was lost'));
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const guarded = (...args: unknown[]) => {
    const name = typeof args[0] === 'string' ? PREPARED.exec(args[0])?.[1] : undefined;
    const result = name ? query({ name, text: args[0], values: args[1] }) : query(...args);
    if (result instanceof Promise) {
      result.catch((error: Error & { code?: string }) => {
        if (error.message !== 'Query read timeout' && !ENDED.test(error.code ?? '')) return;
        (client as unknown as pg.Client).end().catch(() => undefined);
      });
    }
    return result;
  };
  Object.assign(client, { query: guarded });
}

async function prepare(options: DbOptions, signal?: AbortSignal) {
  for (let attempt = 0; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await createSchema(options);
    } catch (error) {
      const away = databaseError(error);
      if (!away) throw error;
      if (attempt % 10 === 0) options.log.warn({ err: error }, 'Postgres does not answer yet; trying until it does');
      await delay(Math.min(3_000, 200 * 2 ** attempt), undefined, { signal });
    }
  }
}

async function createSchema({ url, service, log }: DbOptions) {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    statement_timeout: LONGEST_MS,
    query_timeout: LONGEST_MS + SILENCE_MS,
  });
  client.on('error', (error) => log.debug({ err: error }, 'connection lost while preparing'));
  try {
    await client.connect();
    // Two replicas may start at once.
    await client.query('begin');
    await client.query("select pg_advisory_xact_lock(hashtext('aniworld-prepare'))");
    await createRole(client, service);
    const { rows } = await client.query('select to_regnamespace($1) is not null as made', [service]);
    if (!rows[0].made) {
      const role = client.escapeIdentifier(roleOf(service));
      await client.query(`create schema ${client.escapeIdentifier(service)} authorization ${role}`);
    }
    await client.query('commit');
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Leaves alone what an administrator has set up: a login that may neither create roles nor grant them needs neither then. */
async function createRole(client: pg.Client, service: string) {
  const name = roleOf(service);
  const role = client.escapeIdentifier(name);
  const known = await client.query('select from pg_roles where rolname = $1', [name]);
  // Roles belong to the whole server and the lock only to this database: another installation may be at it as well.
  if (!known.rowCount) {
    await client.query(`
      do $$ begin create role ${role} nologin; exception when duplicate_object or unique_violation then null; end $$`);
  }
  const { rows } = await client.query("select pg_has_role($1, 'usage') as granted", [name]);
  if (!rows[0].granted) await client.query(`grant ${role} to current_user`);
}
