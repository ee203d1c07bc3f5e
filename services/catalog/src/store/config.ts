import { sql } from 'kysely';
import type { Json } from '../schema.gen.ts';
import type { Database, Tx } from './database.ts';

/** The newest version of the configuration, or undefined before the first change. */
export async function newestConfig(db: Database) {
  return db
    .selectFrom('config_version')
    .select(['version', 'config'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Lets one transaction after the other change the configuration; readers go on. */
export async function lockConfig(tx: Tx): Promise<void> {
  await sql`lock table config_version in share row exclusive mode`.execute(tx);
}

export async function insertConfig(
  tx: Tx,
  row: { version: number; config: Json; changed_by: string | null },
): Promise<void> {
  await tx
    .insertInto('config_version')
    .values({ ...row, config: JSON.stringify(row.config) })
    .execute();
}
