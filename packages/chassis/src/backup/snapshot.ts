import type { ExportHead } from '@aniworld/contracts';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { DbOptions } from '../db.ts';
import { loginOf } from '../login.ts';
import { pieces } from './pieces.ts';

/** Kysely's own records of what has been migrated; the manifest has them as names. */
const BOOKKEEPING = ['migration', 'migration_lock', 'chassis_migration', 'chassis_migration_lock'];
/** Large enough that asking for the next one costs little, small enough for a message of 1 MB as base64. */
const PIECE_BYTES = 256 * 1024;

export interface TablePiece {
  table: string;
  data: Buffer;
  /** Nothing more of this table follows. */
  last: boolean;
}

/** A service's schema as it was at one moment, whatever is written meanwhile. */
export interface Snapshot extends AsyncDisposable {
  head: Omit<ExportHead, 'session'>;
  /** Each table in turn, in the text format of COPY. To be read once. */
  read(): AsyncGenerator<TablePiece, void>;
}

/**
 * Opens a snapshot on a connection of its own: repeatable read, read only.
 * @param transient tables whose rows mean nothing elsewhere
 */
export async function openSnapshot(options: DbOptions, transient: readonly string[] = []): Promise<Snapshot> {
  // However long a table takes, and however long nobody asks for more.
  const client = new pg.Client({ ...loginOf(options), statement_timeout: 0, idle_in_transaction_session_timeout: 0 });
  client.on('error', (error) => options.log.warn({ reason: error.message }, 'the connection of a snapshot was lost'));
  try {
    await client.connect();
    await client.query('begin transaction isolation level repeatable read read only');
    const tables = await listTables(client, options.service, [...BOOKKEEPING, ...transient]);
    const migrations = {
      chassis: await listMigrations(client, 'chassis_migration'),
      own: await listMigrations(client, 'migration'),
    };
    return {
      head: { migrations, tables },
      async *read() {
        for (const { name, columns } of tables) yield* readTable(client, name, columns);
      },
      // Not "rollback" first: in the middle of a COPY nothing else is heard.
      [Symbol.asyncDispose]: () => client.end().catch(() => undefined),
    };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function* readTable(client: pg.Client, table: string, columns: string[]): AsyncGenerator<TablePiece, void> {
  const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const rows = client.query(copyTo(`copy ${client.escapeIdentifier(table)} (${list}) to stdout`));
  for await (const { data, last } of pieces(rows as AsyncIterable<Buffer>, PIECE_BYTES)) yield { table, data, last };
}

/** Generated columns are left out: COPY takes none. */
async function listTables(client: pg.Client, schema: string, without: string[]): Promise<ExportHead['tables']> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select c.relname as name, array(
       select a.attname::text from pg_attribute a
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum
     ) as columns
     from pg_class c
     where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p') and c.relname <> all($2) order by c.relname`,
    [schema, without],
  );
  return rows;
}

async function listMigrations(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from ${client.escapeIdentifier(table)} order by name`,
  );
  return rows.map(({ name }) => name);
}
