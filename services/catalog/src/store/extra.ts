import { sql } from 'kysely';
import type { ExtraKind } from '../extra.ts';
import type { FoundFile } from '../walk.ts';
import type { Tx } from './database.ts';

/** Keeps files that are no episodes. What a person has made of one stays: only its size and time are renewed. */
export async function storeExtras(
  tx: Tx,
  files: readonly (FoundFile & { root: string; place: string; kind: ExtraKind; reason: string })[],
): Promise<void> {
  await sql`
    insert into file (root, place, path, size, mtime_ms, inode, kind, state, reason)
    select root, place, path, size, mtime_ms, inode, kind, 'ignored', reason
    from jsonb_to_recordset(${JSON.stringify(files)}::jsonb) as found (root text, place text, path text, size bigint,
      mtime_ms bigint, inode double precision, kind text, reason text)
    on conflict (path) do update set (size, mtime_ms, inode) = (excluded.size, excluded.mtime_ms, excluded.inode)
    `.execute(tx);
}
