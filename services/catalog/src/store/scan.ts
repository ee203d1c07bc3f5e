import type { Scan } from '@aniworld/contracts';
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** A scan that has begun. */
export type ScanRow = Scan & { id: string };
export type Counts = Pick<Scan, 'folders' | 'files' | 'matched' | 'unmatched' | 'extras' | 'removed' | 'problems'>;
/** How a scan ended. */
export interface Ending {
  state: 'completed' | 'failed' | 'cancelled';
  /** What it had not come to is still to be looked at. */
  interrupted: boolean;
}

const columns = [
  'id',
  'state',
  'started_at',
  'finished_at',
  'folders',
  'files',
  'matched',
  'unmatched',
  'extras',
  'removed',
  'problems',
] as const;

/**
 * Runs `work` while no other replica scans; false when one does. The lock belongs to the connection that `work` gets and
 * ends with it, so a process that dies holds nothing up.
 */
export const withScanLock = (db: Database, work: (held: Database) => Promise<void>) => withLock(db, 'scan', work);

/** The same for watching the library, which goes on beside scans. */
export const withWatchLock = (db: Database, work: (held: Database) => Promise<void>) => withLock(db, 'watch', work);

/** The same for looking into files. */
export const withMediaLock = (db: Database, work: (held: Database) => Promise<void>) => withLock(db, 'media', work);

async function withLock(db: Database, name: string, work: (held: Database) => Promise<void>): Promise<boolean> {
  const lock = sql`hashtext('aniworld-catalog'), hashtext(${name})`;
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

/** The newest scans but one, newest first: how they ended, and what files were compared with. */
export async function endings(db: Database, except: string | null, limit: number) {
  return db
    .selectFrom('scan')
    .select(['state', 'interrupted', 'compared_with'])
    .$narrowType<{ state: Scan['state'] }>()
    .$if(except !== null, (query) => query.where('id', '<>', except!))
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute();
}

/** Stands for all that files are compared with: while it is the same, a file that fitted nothing fits nothing. */
export async function comparison(db: Database, version: string): Promise<string> {
  const { rows } = await sql<{ stamp: string }>`
    select md5(concat(${version}::text, string_agg(
      concat_ws('|', id, title, year, array_to_string(synonyms, '/'), episode_count), ',' order by id))) as stamp
    from series`.execute(db);
  return rows[0]!.stamp;
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

/**
 * How far the scan is. Fails when the connection is lost, and with it the lock.
 * @returns whether somebody wants it to end
 */
export async function saveProgress(held: Database, id: string, counts: Counts): Promise<boolean> {
  const row = await held
    .updateTable('scan')
    .set(counts)
    .where('id', '=', id)
    .returning('cancel_asked')
    .executeTakeFirst();
  return row?.cancel_asked ?? false;
}

/** Asks the replica that scans to end it; gives the scan, or undefined when none is running. */
export async function askCancel(db: Database): Promise<Scan | undefined> {
  return db
    .updateTable('scan')
    .set({ cancel_asked: true })
    .where('state', '=', 'running')
    .returning(columns)
    .$narrowType<{ state: Scan['state'] }>()
    .executeTakeFirst();
}

export async function finishScan(
  tx: Tx,
  id: string,
  ending: Ending & { compared_with: string | null },
  counts: Counts,
): Promise<Scan> {
  return tx
    .updateTable('scan')
    .set({ ...counts, ...ending, finished_at: sql<string>`now()` })
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
      interrupted: true,
      finished_at: sql<string>`now()`,
      problems: sql<string[]>`problems || array['The server stopped before the scan was done.']`,
    })
    .where('state', '=', 'running')
    .returning(columns)
    .$narrowType<{ state: Scan['state'] }>()
    .execute();
}
