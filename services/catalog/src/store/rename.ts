import type { MediaFacts, Rename } from '@aniworld/contracts';
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

export interface Batch {
  id: string;
  template: string;
  series_ids: string[] | null;
  planned_to: string | null;
  undoes: string | null;
}

export interface NewMove {
  /** Null for what moves along. */
  file_id: string | null;
  /** The file that it moves along with. */
  beside: string | null;
  series_id: string;
  root: string;
  source: string;
  target: string;
}

export type Move = NewMove & { id: number };

const lock = sql`hashtext('aniworld-catalog'), hashtext('rename')`;

/** Runs `work` while no other replica renames; false when one does. The lock ends with the connection. */
export async function withRenameLock(db: Database, work: () => Promise<void>): Promise<boolean> {
  return db.connection().execute(async (held) => {
    const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_lock(${lock}) as taken`.execute(held);
    if (!rows[0]?.taken) return false;
    try {
      await work();
      return true;
    } finally {
      await sql`select pg_advisory_unlock(${lock})`.execute(held);
    }
  });
}

/** The id of the new batch; undefined while another one runs. */
export async function insertBatch(
  tx: Tx,
  batch: { template: string; series_ids: string[] | null; undoes: string | null },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    insert into rename_batch (template, series_ids, undoes)
    values (${batch.template}, ${batch.series_ids}::uuid[], ${batch.undoes})
    on conflict ((true)) where state = 'running' do nothing
    returning id`.execute(tx);
  return rows[0]?.id;
}

/** Plans the way back of everything that a batch has done, the last first. */
export async function planBack(tx: Tx, batch: string, undone: string): Promise<void> {
  await sql`
    insert into rename_move (batch_id, file_id, series_id, root, source, target)
    select ${batch}, file_id, series_id, root, target, source from rename_move
    where batch_id = ${undone} and state = 'done' order by id desc`.execute(tx);
}

export async function isUndone(tx: Tx, id: string): Promise<boolean> {
  return (await tx.selectFrom('rename_batch').select('id').where('undoes', '=', id).executeTakeFirst()) !== undefined;
}

export async function runningBatch(db: Database): Promise<Batch | undefined> {
  return db
    .selectFrom('rename_batch')
    .select(['id', 'template', 'series_ids', 'planned_to', 'undoes'])
    .where('state', '=', 'running')
    .executeTakeFirst();
}

export async function finishBatch(
  tx: Tx,
  id: string,
  state: 'completed' | 'failed',
  problem: string | null,
): Promise<void> {
  await tx
    .updateTable('rename_batch')
    .set({ state, problem, finished_at: sql<string>`now()` })
    .where('id', '=', id)
    .execute();
}

/** Writes down what will be moved, before anything is. */
export async function insertMoves(tx: Tx, batch: string, plannedTo: string, moves: readonly NewMove[]): Promise<void> {
  await tx.updateTable('rename_batch').set({ planned_to: plannedTo }).where('id', '=', batch).execute();
  if (moves.length === 0) return;
  await sql`
    insert into rename_move (batch_id, file_id, beside, series_id, root, source, target)
    select ${batch}, file_id, beside, series_id, root, source, target
    from rows from (jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) as (file_id uuid, beside uuid, series_id uuid,
      root text, source text, target text)) with ordinality as planned (file_id, beside, series_id, root, source, target,
      place)
    order by place`.execute(tx);
}

export async function plannedMoves(db: Database, batch: string, limit: number): Promise<Move[]> {
  return db
    .selectFrom('rename_move')
    .select(['id', 'file_id', 'beside', 'series_id', 'root', 'source', 'target'])
    .where('batch_id', '=', batch)
    .where('state', '=', 'planned')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** What fails takes what would move along with it. */
export async function failMove(db: Database, batch: string, move: Move, problem: string): Promise<void> {
  await db
    .updateTable('rename_move')
    .set({ state: 'failed', problem })
    .where('batch_id', '=', batch)
    .where((eb) =>
      eb.or([
        eb('id', '=', move.id),
        ...(move.file_id === null ? [] : [eb.and([eb('beside', '=', move.file_id), eb('state', '=', 'planned')])]),
      ]),
    )
    .execute();
}

/**
 * A file has its new name. Its row goes with it: what a scan has made of the new name meanwhile gives way. What a person's
 * rule for its old place had decided stays decided.
 */
export async function recordMove(tx: Tx, move: Move, place: string): Promise<void> {
  await tx.updateTable('rename_move').set({ state: 'done' }).where('id', '=', move.id).execute();
  if (move.file_id === null) return;
  await sql`
    delete from file where path = ${move.target} and id <> ${move.file_id}
      and exists (select from file where id = ${move.file_id})`.execute(tx);
  await sql`
    update file set path = ${move.target}, place = ${place}, seen_at = clock_timestamp(),
      pinned = pinned or rule_id is not null
    where id = ${move.file_id}`.execute(tx);
  await sql`
    update match_rule set target = ${move.target}
    where scope = 'file' and target = ${move.source}
      and not exists (select from match_rule where scope = 'file' and target = ${move.target})`.execute(tx);
}

/** Newest first, from `after` on; or one. */
export async function listBatches(
  db: Database,
  wanted: { id?: string; after?: { key: string; id: string } | null; limit: number },
): Promise<Rename[]> {
  const { id, after = null, limit } = wanted;
  const rows = await db
    .selectFrom('rename_batch')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('rename_move')
          .whereRef('batch_id', '=', 'rename_batch.id')
          .where('file_id', 'is not', null)
          .select([
            sql<number>`count(*)`.as('files'),
            sql<number>`count(*) filter (where state = 'done')`.as('done'),
            sql<number>`count(*) filter (where state = 'failed')`.as('failed'),
          ])
          .as('counts'),
      (join) => join.onTrue(),
    )
    .select(['rename_batch.id as id', 'rename_batch.state as state', 'template', 'undoes', 'created_at', 'finished_at'])
    .select(['problem', 'counts.files as files', 'counts.done as done', 'counts.failed as failed'])
    .$narrowType<{ state: Rename['state']; files: number; done: number; failed: number }>()
    .$if(id !== undefined, (query) => query.where('rename_batch.id', '=', id!))
    .$if(after !== null, (query) =>
      query.where((eb) => eb(eb.refTuple('created_at', 'rename_batch.id'), '<', eb.tuple(after!.key, after!.id))),
    )
    .orderBy('created_at', 'desc')
    .orderBy('rename_batch.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, problems: [] }));
}

export async function problemsOf(db: Database, batch: string): Promise<Rename['problems']> {
  return db
    .selectFrom('rename_move')
    .select(['source as from', 'target as to', sql<string>`problem`.as('problem')])
    .where('batch_id', '=', batch)
    .where('state', '=', 'failed')
    .orderBy('id')
    .limit(100)
    .execute();
}

/** Series with files, in the order of their ids, from `after` on. */
export async function seriesToRename(
  db: Database,
  wanted: { ids: readonly string[] | null; after: string | null; limit: number },
): Promise<NamedSeries[]> {
  return db
    .selectFrom('series')
    .select(['id', 'title', 'year', 'provider'])
    .where('file_count', '>', 0)
    .$if(wanted.ids !== null, (query) => query.where('id', '=', sql<string>`any(${wanted.ids}::uuid[])`))
    .$if(wanted.after !== null, (query) => query.where('id', '>', wanted.after!))
    .orderBy('id')
    .limit(wanted.limit)
    .execute();
}

export interface NamedSeries {
  id: string;
  title: string;
  year: number | null;
  provider: string;
}

export interface NamedFile {
  id: string;
  root: string;
  path: string;
  resolution: number | null;
  facts: MediaFacts | null;
  episodes: { season: number; episode: number; absolute: number | null; title: string; air_date: string | null }[];
}

/** A series' files with all that their names are made from, in the order of their paths. */
export async function filesToName(db: Database, seriesId: string): Promise<NamedFile[]> {
  const { rows } = await sql<NamedFile>`
    select file.id, root, path, resolution,
      (select facts from media where file_id = file.id and media.size = file.size and media.mtime_ms = file.mtime_ms)
        as facts,
      (
        select jsonb_agg(jsonb_build_object('season', season, 'episode', episode, 'absolute', absolute, 'title', title,
          'air_date', air_date) order by season, episode)
        from file_episode join episode on episode.id = episode_id where file_id = file.id
      ) as episodes
    from file
    where series_id = ${seriesId} and state = 'matched'
      and exists (select from file_episode where file_id = file.id)
    order by path`.execute(db);
  return rows;
}
