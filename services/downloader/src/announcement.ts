import { gathering } from '@aniworld/chassis';
import type { Kysely } from 'kysely';
import type { Publishing } from './checkpoint.ts';
import type { DB } from './schema.gen.ts';
import { type Lease, savePublishings } from './store/lease.ts';

/** Writes down which name a file is about to get. @returns false when the lease is lost */
export type Announce = (lease: Lease, publishing: Publishing) => Promise<boolean>;

/** Announcements in one statement at most. */
const MOST = 32;

/** Announcements that come while others are being written share the next statement. */
export function gatherAnnouncements(db: Kysely<DB>): Announce {
  const save = async (all: { lease: Lease; publishing: Publishing }[]) => {
    const saved = await savePublishings(db, all);
    return all.map(({ lease }) => saved.has(lease.id));
  };
  const announce = gathering(MOST, save);
  return (lease, publishing) => announce({ lease, publishing });
}
