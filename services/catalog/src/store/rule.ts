import type { MatchRule } from '@aniworld/contracts';
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

export type NewRule = Omit<MatchRule, 'id' | 'created_at'>;

const columns = ['id', 'scope', 'target', 'series_id', 'season', 'number_offset', 'episode_ids', 'created_at'] as const;

/** The rules for any of these targets; a scope's targets are told by the caller together with it. */
export async function rulesFor(
  tx: Tx,
  targets: readonly { scope: MatchRule['scope']; target: string }[],
): Promise<MatchRule[]> {
  if (targets.length === 0) return [];
  return tx
    .selectFrom('match_rule')
    .innerJoin(
      sql<{ of_scope: string; of_target: string }>`unnest(${targets.map((one) => one.scope)}::text[],
        ${targets.map((one) => one.target)}::text[])`.as<'wanted'>(sql`wanted (of_scope, of_target)`),
      (join) => join.onRef('scope', '=', 'of_scope').onRef('target', '=', 'of_target'),
    )
    .select(columns)
    .$narrowType<{ scope: MatchRule['scope'] }>()
    .execute();
}

/** Whether there is any rule: mostly there is none, and then no name has to be looked up. */
export async function hasRules(tx: Tx): Promise<boolean> {
  return (await tx.selectFrom('match_rule').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** Newest first, from `after` on. */
export async function listRules(
  db: Database,
  wanted: { series_id?: string | undefined; after: { key: string; id: string } | null; limit: number },
): Promise<MatchRule[]> {
  const { series_id, after, limit } = wanted;
  return db
    .selectFrom('match_rule')
    .select(columns)
    .$narrowType<{ scope: MatchRule['scope'] }>()
    .$if(series_id !== undefined, (query) => query.where('series_id', '=', series_id!))
    .$if(after !== null, (query) =>
      query.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after!.key, after!.id))),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Makes a rule, or changes the one that there is for the same. */
export async function saveRule(tx: Tx, rule: NewRule): Promise<MatchRule> {
  return tx
    .insertInto('match_rule')
    .values(rule)
    .onConflict((conflict) =>
      conflict.columns(['scope', 'target']).doUpdateSet({ ...rule, created_at: sql<string>`now()` }),
    )
    .returning(columns)
    .$narrowType<{ scope: MatchRule['scope'] }>()
    .executeTakeFirstOrThrow();
}

/** Gives how many there were. */
export async function deleteRules(tx: Tx, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const deleted = await tx.deleteFrom('match_rule').where('id', 'in', ids).returning('id').execute();
  return deleted.length;
}
