import { sql } from 'kysely';
import type { Database } from './database.ts';

/** The hash of the calendar feed's token, or undefined when there is no feed. */
export async function feedTokenHash(db: Database): Promise<string | undefined> {
  return (await db.selectFrom('calendar_feed').select('token_hash').executeTakeFirst())?.token_hash;
}

/** Makes this the feed's token; the one before is refused from now on. */
export async function storeFeedToken(db: Database, token_hash: string): Promise<void> {
  await db
    .insertInto('calendar_feed')
    .values({ token_hash })
    .onConflict((conflict) => conflict.column('only_row').doUpdateSet({ token_hash, created_at: sql<string>`now()` }))
    .execute();
}

export async function deleteFeedToken(db: Database): Promise<void> {
  await db.deleteFrom('calendar_feed').execute();
}
