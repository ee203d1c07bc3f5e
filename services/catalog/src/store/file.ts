import type { Confidence, FileKind, FileState } from '@aniworld/contracts';
import { type Selectable, sql } from 'kysely';
import type { DB } from '../schema.gen.ts';
import type { Tx } from './database.ts';

/** Columns that hold words of a list. */
export interface Matched {
  kind: FileRole;
  state: FileState;
  confidence: Confidence | null;
}

export type FileRow = Selectable<DB['file']> & Matched;

/** `episode` for what may be one; anything else lies beside episodes and is not expected to be one. */
type FileRole = Exclude<FileKind, 'special' | 'ova' | 'movie'>;

/** A file as a scan or a download found it, and whose it is. */
export interface FileFacts {
  root: string;
  place: string;
  path: string;
  size: number;
  mtime_ms: number;
  inode: number | null;
  kind: FileRole;
  series_id: string | null;
  state: FileState;
  confidence: Confidence | null;
  /** Why it is whose it is, or nobody's. */
  reason: string;
  resolution: number | null;
  version: number | null;
  rule_id: string | null;
  /** It stays whose it is, whatever its name says. */
  pinned: boolean;
}

export async function filesAt(tx: Tx, files: readonly { path: string }[]): Promise<FileRow[]> {
  const paths = files.map((file) => file.path);
  return tx
    .selectFrom('file')
    .selectAll()
    .$narrowType<Matched>()
    .where('path', '=', sql<string>`any(${paths}::text[])`)
    .execute();
}

/** Forgets up to a thousand files of a root that is no longer a library folder; gives whose they were. */
export async function deleteFilesOfRoot(tx: Tx, root: string): Promise<{ series_id: string | null }[]> {
  return tx
    .deleteFrom('file')
    .where('id', 'in', (eb) => eb.selectFrom('file').select('id').where('root', '=', root).limit(1_000))
    .returning('series_id')
    .execute();
}

/** Stores files in one statement; gives their ids by their paths. Links to episodes are stored apart. */
export async function storeFiles(tx: Tx, files: readonly FileFacts[]): Promise<Map<string, string>> {
  if (files.length === 0) return new Map();
  const { rows } = await sql<{ id: string; path: string }>`
    insert into file (root, place, path, size, mtime_ms, inode, kind, series_id, state, confidence, reason, resolution,
      version, rule_id, pinned)
    select root, place, path, size, mtime_ms, inode, kind, series_id, state, confidence, reason, resolution, version,
      rule_id, pinned
    from json_to_recordset(${JSON.stringify(files)}::json) as found (root text, place text, path text, size bigint,
      mtime_ms bigint, inode double precision, kind text, series_id uuid, state text, confidence text, reason text,
      resolution int, version int, rule_id uuid, pinned boolean)
    on conflict (path) do update set (root, place, size, mtime_ms, inode, kind, series_id, state, confidence, reason,
      resolution, version, rule_id, pinned) = (excluded.root, excluded.place, excluded.size, excluded.mtime_ms,
      excluded.inode, excluded.kind, excluded.series_id, excluded.state, excluded.confidence, excluded.reason,
      excluded.resolution, excluded.version, excluded.rule_id, excluded.pinned)
    returning id, path`.execute(tx);
  return new Map(rows.map(({ id, path }) => [path, id]));
}
