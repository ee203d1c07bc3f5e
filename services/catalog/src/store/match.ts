import type { Confidence, FileState } from '@aniworld/contracts';
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';
import type { FileRow, Matched } from './file.ts';

/** That a file holds an episode. Of several files of one episode one is chosen. */
export interface Link {
  file_id: string;
  episode_id: string;
  chosen: boolean;
}

/** A file that holds some episode, with what decides between several. */
export interface Holder extends Link {
  path: string;
  size: number;
  resolution: number | null;
  version: number | null;
  confidence: Confidence | null;
  state: FileState;
  series_id: string | null;
}

/** All files of some episodes. */
export async function holdersOf(db: Database | Tx, episodeIds: readonly string[]): Promise<Holder[]> {
  if (episodeIds.length === 0) return [];
  const { rows } = await sql<Holder>`
    select held.*, path, size, resolution, version, confidence, state, series_id
    from unnest(${episodeIds}::uuid[]) as asked (id)
    cross join lateral (
      select file_id, episode_id, chosen from file_episode where episode_id = asked.id offset 0
    ) held
    join file on file.id = file_id`.execute(db);
  return rows;
}

export async function linksOf(db: Database | Tx, fileIds: readonly string[]): Promise<Link[]> {
  if (fileIds.length === 0) return [];
  return db
    .selectFrom('file_episode')
    .selectAll()
    .where('file_id', '=', sql<string>`any(${fileIds}::uuid[])`)
    .execute();
}

/** Removes links, and says that others are no longer the chosen ones: an episode has one chosen file at any moment. */
export async function unlink(tx: Tx, gone: readonly Link[], unchosen: readonly Link[]): Promise<void> {
  if (gone.length > 0)
    await sql`
      delete from file_episode using ${pairs(gone)}
      where file_episode.file_id = pair.file_id and file_episode.episode_id = pair.episode_id`.execute(tx);
  if (unchosen.length > 0)
    await sql`
      update file_episode set chosen = false from ${pairs(unchosen)}
      where file_episode.file_id = pair.file_id and file_episode.episode_id = pair.episode_id`.execute(tx);
}

export async function link(tx: Tx, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return;
  await sql`
    insert into file_episode (file_id, episode_id, chosen)
    select file_id, episode_id, chosen from ${pairs(links)}
    on conflict (file_id, episode_id) do update set chosen = excluded.chosen`.execute(tx);
}

function pairs(links: readonly Link[]) {
  const files = links.map((one) => one.file_id);
  const episodes = links.map((one) => one.episode_id);
  const chosen = links.map((one) => one.chosen);
  return sql`unnest(${files}::uuid[], ${episodes}::uuid[], ${chosen}::boolean[]) as pair (file_id, episode_id, chosen)`;
}

export async function updateStates(tx: Tx, ids: readonly string[], state: FileState): Promise<void> {
  if (ids.length > 0)
    await tx.updateTable('file').set({ state }).where('id', '=', sql<string>`any(${ids}::uuid[])`).execute();
}

/** Files that are no episode's, in the order of their paths, from `after` on. */
export async function openFiles(
  db: Database,
  wanted: { states: readonly FileState[]; after: string | null; limit: number },
): Promise<FileRow[]> {
  return db
    .selectFrom('file')
    .selectAll()
    .$narrowType<Matched>()
    .where('state', '<>', 'matched')
    .where('state', 'in', wanted.states)
    .$if(wanted.after !== null, (query) => query.where('path', '>', wanted.after!))
    .orderBy('path')
    .limit(wanted.limit)
    .execute();
}

/** Which files a person means: by their ids, all below a folder, or all that a rule has decided. */
export async function filesMeant(
  db: Database | Tx,
  meant: { ids: readonly string[] } | { folder: string } | { rule: string },
): Promise<FileRow[]> {
  return db
    .selectFrom('file')
    .selectAll()
    .$narrowType<Matched>()
    .$if('ids' in meant, (query) =>
      query.where('id', '=', sql<string>`any(${'ids' in meant ? meant.ids : []}::uuid[])`),
    )
    .$if('rule' in meant, (query) => query.where('rule_id', '=', 'rule' in meant ? meant.rule : ''))
    .$if('folder' in meant, (query) =>
      // "0" follows "/" in the order of bytes, in which paths are compared.
      query
        .where('path', '>', 'folder' in meant ? `${meant.folder}/` : '')
        .where('path', '<', 'folder' in meant ? `${meant.folder}0` : ''),
    )
    .orderBy('path')
    .execute();
}

/** Titles of series, for the events that tell of them. */
export async function titlesOf(tx: Tx, ids: readonly string[]): Promise<{ id: string; title: string }[]> {
  if (ids.length === 0) return [];
  return tx
    .selectFrom('series')
    .select(['id', 'title'])
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('id')
    .execute();
}

/** Episodes whose files are all but chosen: the chosen one was removed. */
export async function unchosenEpisodes(tx: Tx, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('file_episode')
    .select('episode_id')
    .distinct()
    .where('chosen', '=', false)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('file_episode as best')
            .whereRef('best.episode_id', '=', 'file_episode.episode_id')
            .where('best.chosen', '=', true)
            .select('best.file_id'),
        ),
      ),
    )
    .limit(limit)
    .execute();
  return rows.map((row) => row.episode_id);
}

/** Numbers of single episodes, for lists that name them. */
export async function numbersOf(db: Database, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return db
    .selectFrom('episode')
    .select(['id', 'season', 'episode'])
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
}
