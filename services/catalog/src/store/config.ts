import { type Selectable, sql } from 'kysely';
import type { ConfigVersion, Json } from '../schema.gen.ts';
import type { Database, Tx } from './database.ts';

/** A version as it is stored. */
export type ConfigRow = Selectable<ConfigVersion>;

/** The newest version of the configuration, or undefined before the first change. */
export async function newestConfig(db: Database | Tx) {
  return db
    .selectFrom('config_version')
    .select(['version', 'config'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Versions below `before`, or from the newest on, in falling order. */
export async function listConfigs(db: Database, before: number | undefined, limit: number): Promise<ConfigRow[]> {
  return db
    .selectFrom('config_version')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('version', '<', before!))
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
}

/** Lets one transaction after the other change the configuration; readers go on. */
export async function lockConfig(tx: Tx): Promise<void> {
  await sql`lock table config_version in share row exclusive mode`.execute(tx);
}

export interface NewConfig {
  version: number;
  config: Json;
  /** The session that changed it; null when the server did. */
  changed_by: string | null;
  reason: 'setup' | 'change' | 'restore' | 'import';
  restored_from: number | null;
}

export async function insertConfig(tx: Tx, row: NewConfig): Promise<void> {
  await tx
    .insertInto('config_version')
    .values({ ...row, config: JSON.stringify(row.config) })
    .execute();
}
