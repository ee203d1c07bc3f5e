import type { MediaFacts } from '@aniworld/contracts';
import { sql } from 'kysely';
import type { Database } from './database.ts';

/** A file whose content is not known as it is now. */
export interface DueFile {
  id: string;
  path: string;
  size: number;
  mtime_ms: number;
  inode: number | null;
}

/** Files that are new or were changed since they were looked into, in the order of their paths, from `after` on. */
export async function filesDue(db: Database, after: string, limit: number): Promise<DueFile[]> {
  const { rows } = await sql<DueFile>`
    select file.id, path, file.size, file.mtime_ms, file.inode
    from file left join media on file_id = file.id
    where path > ${after} and (file_id is null
      or (media.size, media.mtime_ms, media.inode) is distinct from (file.size, file.mtime_ms, file.inode)
      or (unread and read_at < now() - interval '1 day'))
    order by path limit ${limit}`.execute(db);
  return rows;
}

export type Inspected = { facts: MediaFacts } | { problem: string; unread: boolean };

/** Keeps what is in a file, unless the file is gone by now. */
export async function storeMedia(db: Database, file: DueFile, inspected: Inspected): Promise<void> {
  const found = 'facts' in inspected ? { ...inspected, problem: null, unread: false } : { ...inspected, facts: null };
  await sql`
    insert into media (file_id, size, mtime_ms, inode, facts, problem, unread)
    select id, ${file.size}, ${file.mtime_ms}, ${file.inode}, ${found.facts && JSON.stringify(found.facts)}::jsonb,
      ${found.problem}, ${found.unread}
    from file where id = ${file.id}
    on conflict (file_id) do update set (size, mtime_ms, inode, facts, problem, unread, read_at) = (excluded.size,
      excluded.mtime_ms, excluded.inode, excluded.facts, excluded.problem, excluded.unread, now())`.execute(db);
}
