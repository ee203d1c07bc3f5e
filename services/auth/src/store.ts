import type { Db } from '@aniworld/chassis';
import { type Insertable, sql } from 'kysely';
import type { DB, Session, SigningKey } from './schema.gen.ts';
import { QUIET_MINUTES } from './throttle.ts';

/** The hash of the master password, or undefined before the set-up. */
export async function findPasswordHash(db: Db<DB>): Promise<string | undefined> {
  const row = await db.selectFrom('master_password').select('hash').executeTakeFirst();
  return row?.hash;
}

/** Stores the first password. False when there is one already; of two at the same moment the second waits for the first. */
export async function insertPassword(db: Db<DB>, hash: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('master_password')
    .values({ hash })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function insertSession(db: Db<DB>, session: Insertable<Session>): Promise<void> {
  await db.insertInto('session').values(session).execute();
}

/**
 * Ends a session. One that has no row, because the database is an older copy of itself, gets one: its token is still out there.
 */
export async function revokeSession(db: Db<DB>, session: { id: string; expires_at: string }): Promise<void> {
  await db
    .insertInto('session')
    .values({ ...session, revoked_at: sql<string>`now()` })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ revoked_at: sql`coalesce(session.revoked_at, excluded.revoked_at)` }),
    )
    .execute();
}

/** Ended sessions whose tokens have not expired yet. */
export function listRevoked(db: Db<DB>) {
  return db
    .selectFrom('session')
    .select(['id as session_id', 'expires_at'])
    .where('revoked_at', 'is not', null)
    .where('expires_at', '>', sql<string>`now()`)
    .execute();
}

export async function deleteExpiredSessions(db: Db<DB>): Promise<void> {
  await db.deleteFrom('session').where('expires_at', '<', sql<string>`now()`).execute();
}

/** Every key that tokens may have been signed with. */
export function listPublicKeys(db: Db<DB>) {
  return db.selectFrom('signing_key').select(['kid', 'public_pem as public_key']).orderBy('created_at').execute();
}

export function findActiveKey(db: Db<DB>) {
  return db.selectFrom('signing_key').select(['kid', 'private_pem']).where('retired_at', 'is', null).executeTakeFirst();
}

/** Stores a signing key unless another replica was faster. */
export async function insertKey(db: Db<DB>, key: Insertable<SigningKey>): Promise<void> {
  await db
    .insertInto('signing_key')
    .values(key)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Counts a failed login, anew after a quiet time. Gives how many there were in a row. */
export async function countFailure(db: Db<DB>): Promise<number> {
  const quiet = sql<boolean>`login_failure.last_at < now() - make_interval(mins => ${QUIET_MINUTES})`;
  const { fails } = await db
    .insertInto('login_failure')
    .values({ fails: 1 })
    .onConflict((conflict) =>
      conflict.column('only_row').doUpdateSet({
        fails: sql`case when ${quiet} then 1 else least(login_failure.fails, 1000000) + 1 end`,
        last_at: sql`now()`,
      }),
    )
    .returning('fails')
    .executeTakeFirstOrThrow();
  return fails;
}

export async function forgetFailures(db: Db<DB>): Promise<void> {
  await db.deleteFrom('login_failure').execute();
}
