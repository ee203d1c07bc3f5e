import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../schema.gen.ts';

/** The catalog's own schema. */
export type Database = Kysely<DB>;
/** A transaction of it: what a change and its event are written in. */
export type Tx = Transaction<DB>;

/**
 * Lets one transaction after the other, over all replicas, decide which files and episodes belong together. Whoever needs
 * several locks takes them in this order, or two wait for each other: this one, series, files.
 */
export async function lockMatching(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('aniworld-catalog'), hashtext('match'))`.execute(tx);
}
