import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../schema.gen.ts';

/** The catalog's own schema. */
export type Database = Kysely<DB>;
/** A transaction of it: what a change and its event are written in. */
export type Tx = Transaction<DB>;

/** What a transaction that decides which files and episodes belong together begins with. */
export type MatchingLock = (tx: Tx) => Promise<void>;

const MATCHING = sql`hashtext('aniworld-catalog'), hashtext('match')`;

/**
 * Lets one transaction after the other, over all replicas, decide which files and episodes belong together. Whoever needs
 * several locks takes them in this order, or two wait for each other: this one, series, files.
 */
export async function lockMatching(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${MATCHING})`.execute(tx);
}

/**
 * The same for those who decide about files that nobody else of them looks at: they keep all others out and let each other in.
 * Where two of them come to the same series, that one's lock makes them wait.
 */
export async function shareMatching(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${MATCHING})`.execute(tx);
}
