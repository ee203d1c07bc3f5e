import type { Scan } from '@aniworld/contracts';
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** A scan that has begun. */
export type ScanRow = Scan & { id: string };
export type Counts = Pick<Scan, 'folders' | 'files' | 'matched' | 'unmatched' | 'removed' | 'problems'>;

const columns = [
  'id',
  'state',
  'started_at',
  'finished_at',
  'folders',
  'files',
  'matched',
  'unmatched',
  'removed',
  'problems',
] as const;
const lock = sql`hashtext('aniworld-catalog'), hashtext('scan')`;

/**
 * Runs `work` while no other replica scans; false when one does. The lock belongs to the connection that `work` gets and
 * ends with it, so a process that dies holds nothing up.
 */
export async function withScanLock(db: Database, work: (held: Database) => Promise<void>): Promise<boolean> {
  return db.connection().execute(async (held) => {
    const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_lock(${lock}) as taken`.execute(held);
    if (!rows[0]?.taken) return false;
    try {
      await work(held);
      return true;
    } finally {
      await sql`select pg_advisory_unlock(${lock})`.execute(held);
    }
  });
}

/** The running scan or the last one. */
export async function newestScan(db: Database): Promise<Scan | undefined> {
  return db
    .selectFrom('scan')
    .select(columns)
    .$narrowType<{ state: Scan['state'] }>()
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Begins a scan; forgets all but the last hundred. */
export async function insertScan(db: Database): Promise<ScanRow> {
  await db
    .deleteFrom('scan')
    .where('id', 'in', (eb) => eb.selectFrom('scan').select('id').orderBy('started_at', 'desc').offset(100))
    .execute();
  return db
    .insertInto('scan')
    .defaultValues()
    .returning(columns)
    .$narrowType<{ state: Scan['state'] }>()
    .executeTakeFirstOrThrow();
}

/** How far the scan is. Fails when the connection is lost, and with it the lock. */
export async function saveProgress(held: Database, id: string, counts: Counts): Promise<void> {
  await held.updateTable('scan').set(counts).where('id', '=', id).execute();
}

export async function finishScan(tx: Tx, id: string, state: 'completed' | 'failed', counts: Counts): Promise<Scan> {
  return tx
    .updateTable('scan')
    .set({ ...counts, state, finished_at: sql<string>`now()` })
    .where('id', '=', id)
    .returning(columns)
    .$narrowType<{ state: Scan['state'] }>()
    .executeTakeFirstOrThrow();
}

/** Ends scans whose process died. Only while holding the lock: then none can be running. */
export async function failAbandoned(tx: Tx): Promise<Scan[]> {
  return tx
    .updateTable('scan')
    .set({
      state: 'failed',
      finished_at: sql<string>`now()`,
      problems: sql<string[]>`problems || array['The server stopped before the scan was done.']`,
    })
    .where('state', '=', 'running')
    .returning(columns)
    .$narrowType<{ state: Scan['state'] }>()
    .execute();
}
