import { Kysely, PostgresDialect } from 'kysely';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { DbOptions } from '../db.ts';
import { loginOf } from '../login.ts';
import { migrate } from '../migrate.ts';
import { type Archive, openArchive, verifyArchive } from './archive.ts';
import { BackupError, type SchemaEntry, type TableEntry } from './manifest.ts';
import { loadOrder, type Reference } from './order.ts';

export interface RestoreOptions {
  /** The backup's path. */
  from: string;
  /** Of this program: a backup of a newer one is refused. */
  version: string;
  /** Statements that make the loaded rows fit their new place, run once on the newest schema. */
  after?: URL;
}

/** `openDb`'s option for a service: a backup to restore, when one is named, and the `restored.sql` beside its migrations. */
export function restoring(from: string | undefined, version: string, module: string): { restore?: RestoreOptions } {
  return from ? { restore: { from, version, after: new URL('../restored.sql', module) } } : {};
}

/**
 * Fills a service's schema from a backup when it is empty, and does nothing when it isn't, so that the option may stay
 * set. The whole file is verified first; then the schema is made as it was, filled and brought up to date in one
 * transaction, so that nothing is ever half restored.
 * @throws BackupError when the file is damaged, newer than this program or of another kind
 */
export async function restoreSchema(options: DbOptions, restore: RestoreOptions): Promise<void> {
  const { log, service } = options;
  const client = new pg.Client({ ...loginOf(options), statement_timeout: 0, query_timeout: 0 });
  client.on('error', (error) => log.warn({ reason: error.message }, 'the connection of a restore was lost'));
  await client.connect();
  try {
    if (!(await isEmpty(client, service))) {
      return log.info({ from: restore.from }, 'there is data already; nothing is restored over it');
    }
    await using archive = await openArchive(restore.from, restore.version);
    await verifyArchive(archive, restore.from);
    const schema = archive.manifest.services[service];
    if (!schema) throw new BackupError(`The backup ${restore.from} has nothing of the service ${service}.`);
    const rows = await inTransaction(client, (db) => load({ client, db, archive, schema }, options, restore));
    log.info({ from: restore.from, tables: schema.tables.length, rows }, 'restored from a backup');
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Loading {
  client: pg.Client;
  /** The same connection. */
  db: Kysely<unknown>;
  archive: Archive;
  schema: SchemaEntry;
}

/** @returns the number of rows, or 0 when another replica was faster */
async function load(loading: Loading, options: DbOptions, restore: RestoreOptions): Promise<number> {
  const { client, db, schema } = loading;
  await client.query("select pg_advisory_xact_lock(hashtext('aniworld-restore'), hashtext($1))", [options.service]);
  if (!(await isEmpty(client, options.service))) return 0;
  await migrate(db, options, schema.migrations);
  let rows = 0;
  const tables = new Map(schema.tables.map((table) => [table.name, table]));
  for (const name of tables.keys()) await client.query(`alter table ${quote(name)} disable trigger user`);
  // What migrations put into new tables is in the backup too.
  if (tables.size > 0) await client.query(`truncate ${[...tables.keys()].map(quote).join(', ')} cascade`);
  for (const name of loadOrder([...tables.keys()], await listReferences(client, options.service)))
    rows += await fill(loading, tables.get(name)!);
  for (const name of tables.keys()) await client.query(`alter table ${quote(name)} enable trigger user`);
  await continueSequences(client, options.service);
  await migrate(db, options);
  await forgetDelivery(client);
  if (restore.after) await client.query(await readFile(restore.after, 'utf8'));
  return rows;
}

async function fill({ client, archive }: Loading, table: TableEntry): Promise<number> {
  const columns = table.columns.map(quote).join(', ');
  const sink = client.query(copyFrom(`copy ${quote(table.name)} (${columns}) from stdin`));
  await pipeline(await archive.read(table), sink);
  if (sink.rowCount !== table.rows)
    throw new BackupError(`Of ${table.file}, ${sink.rowCount} rows of ${table.rows} could be loaded.`);
  return sink.rowCount;
}

async function inTransaction<T>(client: pg.Client, work: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
  const leased = Object.assign(client, { release: () => undefined });
  const pool = { connect: async () => leased, end: async () => undefined, options: {} };
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return db.transaction().execute((tx) => work(tx));
}

async function isEmpty(client: pg.Client, schema: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "select from pg_class where relnamespace = to_regnamespace($1) and relkind in ('r', 'p') limit 1",
    [schema],
  );
  return rowCount === 0;
}

async function listReferences(client: pg.Client, schema: string): Promise<Reference[]> {
  const { rows } = await client.query<Reference>(
    `select a.relname as table, b.relname as of from pg_constraint k
     join pg_class a on a.oid = k.conrelid join pg_class b on b.oid = k.confrelid
     where k.contype = 'f' and a.relnamespace = to_regnamespace($1)`,
    [schema],
  );
  return rows;
}

/** Loaded numbers don't move the counters that new ones are taken from. */
async function continueSequences(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `select c.relname as table, a.attname as column, pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = to_regnamespace($1) and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
       and pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null`,
    [schema],
  );
  for (const { table, column, sequence } of rows)
    await client.query(
      `select setval($1, coalesce((select max(${quote(column)}) from ${quote(table)}), 0) + 1, false)`,
      [sequence],
    );
}

/**
 * The broker is another one, or is ahead of us: every event of the last day before the backup is told again, and those who
 * have handled it know that for as long as it takes.
 */
async function forgetDelivery(client: pg.Client): Promise<void> {
  await client.query('update outbox set sent_at = null, seq = null');
  await client.query('delete from outbox_stream');
  await client.query('update inbox set handled_at = now()');
}

const quote = (name: string) => pg.escapeIdentifier(name);
