import type { TaskRun } from '@aniworld/contracts';
import { sql } from 'kysely';
import type { Database } from './database.ts';

export type Outcome = TaskRun['outcome'];

/** A task's row; times are ISO 8601. */
export interface TaskRow {
  name: string;
  schedule: string;
  scheduled_at: string;
  running_since: string | null;
  epoch: number;
  last_started_at: string | null;
  last_finished_at: string | null;
  last_outcome: Outcome | null;
  last_result: string | null;
  last_error: string | null;
  interruptions: number;
}

/** What names a run: it may write only while the row has its epoch. */
export interface Run {
  name: string;
  epoch: number;
  started_at: string;
}

const columns = sql.raw(`name, schedule, scheduled_at, running_since, epoch, last_started_at, last_finished_at,
  last_outcome, last_result, last_error, interruptions`);

/** Makes the rows that are missing, and notes which schedule is in force since when. */
export async function noteSchedules(db: Database, schedules: Record<string, string>): Promise<void> {
  await sql`
    insert into task (name, schedule)
    select key, value from jsonb_each_text(${JSON.stringify(schedules)}::jsonb)
    on conflict (name) do update set schedule = excluded.schedule, scheduled_at = now()
    where task.schedule <> excluded.schedule`.execute(db);
}

export async function listTasks(db: Database): Promise<TaskRow[]> {
  const { rows } = await sql<TaskRow>`select ${columns} from task`.execute(db);
  return rows;
}

/** The database's clock, by which leases run and tasks are due. */
export async function readClock(db: Database): Promise<Date> {
  const { rows } = await sql<{ now: string }>`select now()`.execute(db);
  return new Date(rows[0]!.now);
}

/**
 * Begins a run unless one is going on. With `seen`, only when none has begun since the row was read: two replicas that find
 * a task due at the same moment run it once.
 */
export async function claimTask(db: Database, name: string, leaseSeconds: number, seen?: number) {
  const { rows } = await sql<Run>`
    update task set epoch = epoch + 1, running_since = now(), lease_until = now() + make_interval(secs => ${leaseSeconds})
    where name = ${name} and running_since is null and (${seen ?? null}::bigint is null or epoch = ${seen ?? null})
    returning name, epoch, running_since as started_at`.execute(db);
  return rows[0];
}

/** @returns false when the run has lost its lease */
export async function renewTask(db: Database, run: Run, leaseSeconds: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update task set lease_until = now() + make_interval(secs => ${leaseSeconds})
    where name = ${run.name} and epoch = ${run.epoch} and running_since is not null`.execute(db);
  return numAffectedRows === 1n;
}

/** @returns false when the run has lost its lease */
export async function finishTask(
  db: Database,
  run: Run,
  end: { outcome: Outcome; result: string | null; error: string | null },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update task set running_since = null, lease_until = null, last_started_at = running_since, last_finished_at = now(),
      last_outcome = ${end.outcome}, last_result = ${end.result}, last_error = ${end.error},
      interruptions = case when ${end.outcome} = 'interrupted' then interruptions + 1 else 0 end
    where name = ${run.name} and epoch = ${run.epoch} and running_since is not null`.execute(db);
  return numAffectedRows === 1n;
}

/** Ends the runs of replicas that died. @returns their names */
export async function endLostTasks(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    update task set running_since = null, lease_until = null, last_started_at = running_since, last_finished_at = now(),
      last_outcome = 'interrupted', last_result = null, last_error = 'The server ended before this was done.',
      interruptions = interruptions + 1
    where lease_until < now() returning name`.execute(db);
  return rows.map(({ name }) => name);
}
