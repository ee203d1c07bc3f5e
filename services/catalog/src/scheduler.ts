import {
  type AppConfig,
  AppError,
  fail,
  tasks as contract,
  type Task as Shown,
  type TaskName,
} from '@aniworld/contracts';
import { type Bus, type Log, loop } from '@aniworld/chassis';
import { setTimeout as delay } from 'node:timers/promises';
import type { Configuration } from './configuration.ts';
import { nextRun, timeZone } from './schedule.ts';
import type { Database } from './store/database.ts';
import {
  claimTask,
  endLostTasks,
  finishTask,
  listTasks,
  noteSchedules,
  readClock,
  renewTask,
  type Run,
  type TaskRow,
} from './store/task.ts';
import type { Task } from './tasks.ts';

/**
 * Runs tasks when they are due and when they are asked for.
 *
 *   idle ---- due, or "run now" ----> running ----> idle   completed, failed, timed_out, interrupted
 *                                        |--------> idle   interrupted: the lease ran out, its replica has died
 *
 * Invariants: a task runs once at a time over all replicas, by a lease on its row; a replica that dies holds a task up for
 * as long as the lease lasts; a task that doesn't end is let go at its limit; however many runs were missed, one makes up
 * for them.
 */
export interface Scheduler extends AsyncDisposable {
  list(): Promise<Shown[]>;
  /** Begins a run, which goes on in the background. @throws TASK_NOT_FOUND, TASK_RUNNING */
  run(name: string): Promise<Shown>;
}

export interface SchedulerDeps {
  db: Database;
  bus: Bus;
  log: Log;
  configuration: Pick<Configuration, 'current'>;
  tasks: Task[];
  /** How often it looks whether something is due. */
  everyMs?: number;
  leaseSeconds?: number;
  /** How long a task that was told to end may take before it is let go. */
  graceMs?: number;
}

const EVERY_MS = 5_000;
const LEASE_SECONDS = 30;
const GRACE_MS = 5_000;

export function startScheduler(deps: SchedulerDeps): Scheduler {
  const running: Running = { runs: new Set(), stop: new AbortController() };
  const rounds = loop({
    name: 'tasks',
    everyMs: deps.everyMs ?? EVERY_MS,
    log: deps.log,
    run: () => beginDue(deps, running),
  });
  return {
    list: () => list(deps),
    async run(name) {
      const task = deps.tasks.find((known) => known.name === name);
      if (!task) throw fail('TASK_NOT_FOUND');
      await noteSchedules(deps.db, schedulesOf((await deps.configuration.current()).config));
      const run = await claimTask(deps.db, name, deps.leaseSeconds ?? LEASE_SECONDS);
      if (!run) throw fail('TASK_RUNNING');
      begin(deps, running, task, run);
      return shown(deps, task);
    },
    async [Symbol.asyncDispose]() {
      running.stop.abort(new Error('The server is stopping.'));
      await rounds[Symbol.asyncDispose]();
      await Promise.all(running.runs);
    },
  };
}

interface Running {
  runs: Set<Promise<void>>;
  stop: AbortController;
}

async function beginDue(deps: SchedulerDeps, running: Running): Promise<void> {
  const { version, config } = await deps.configuration.current();
  for (const name of await endLostTasks(deps.db)) deps.log.warn({ task: name }, 'a task ended with its server');
  // Before the set-up nobody has said yet what there is to do.
  if (version === 0) return;
  await noteSchedules(deps.db, schedulesOf(config));
  const now = await readClock(deps.db);
  for (const row of await listTasks(deps.db)) {
    const task = deps.tasks.find(({ name }) => name === row.name);
    const due = row.running_since ? null : nextRun(row);
    if (!task || !due || due > now) continue;
    const run = await claimTask(deps.db, row.name, deps.leaseSeconds ?? LEASE_SECONDS, row.epoch);
    if (run) begin(deps, running, task, run);
  }
}

/** The rescan keeps its own setting, which is older than the schedules. */
function schedulesOf({ tasks, library }: AppConfig): Record<TaskName, string> {
  const minutes = library.scan_interval_minutes;
  const schedules = Object.entries(tasks).map(([name, { schedule }]) => [name, schedule]);
  const rescan = tasks.rescan.schedule || (minutes > 0 ? `${minutes}m` : '');
  return { ...(Object.fromEntries(schedules) as Record<TaskName, string>), rescan };
}

function begin(deps: SchedulerDeps, { runs, stop }: Running, task: Task, run: Run): void {
  const done = perform(deps, task, run, stop.signal)
    // The lease runs out, and the next round records that.
    .catch((error: unknown) => deps.log.error({ err: error, task: task.name }, 'the end of a task was not recorded'))
    .finally(() => runs.delete(done));
  runs.add(done);
}

async function perform(deps: SchedulerDeps, task: Task, run: Run, stop: AbortSignal): Promise<void> {
  await announce(deps, task);
  const limit = new AbortController();
  const minutes = task.limitMinutes;
  const timer = setTimeout(() => limit.abort(new Error(`It was cut after ${minutes} minutes.`)), minutes * 60_000);
  const lost = new AbortController();
  await using _renewal = keepLease(deps, run, lost);
  const signal = AbortSignal.any([stop, limit.signal, lost.signal]);
  const end = await untilEnded(task, run, deps.graceMs ?? GRACE_MS, signal).then(
    (result) => ({ outcome: 'completed' as const, result, error: null }),
    (error: unknown) => {
      const outcome = limit.signal.aborted ? 'timed_out' : stop.aborted ? 'interrupted' : 'failed';
      if (outcome === 'failed') deps.log.warn({ err: error, task: task.name }, 'a task failed');
      return { outcome, result: null, error: sentenceOf(signal.aborted ? signal.reason : error) } as const;
    },
  );
  clearTimeout(timer);
  if (await finishTask(deps.db, run, end)) deps.log.info({ task: task.name, ...end }, 'a task ended');
  else deps.log.warn({ task: task.name, ...end }, 'a task ended after it had lost its lease');
  await announce(deps, task);
}

/** A task that doesn't listen to its signal is left to itself: its row must not wait for it. */
async function untilEnded(task: Task, run: Run, graceMs: number, signal: AbortSignal): Promise<string> {
  const work = (async () => {
    signal.throwIfAborted();
    return task.run(run.started_at, signal);
  })();
  work.catch(() => undefined);
  const given = new AbortController();
  const hung = (async () => {
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true, signal: given.signal }));
    await delay(graceMs, undefined, { signal: given.signal });
    throw signal.reason;
  })();
  hung.catch(() => undefined);
  try {
    return await Promise.race([work, hung]);
  } finally {
    given.abort();
  }
}

/** Renews a run's lease until disposed; a lost one aborts the run. */
function keepLease(deps: SchedulerDeps, run: Run, lost: AbortController): AsyncDisposable {
  const seconds = deps.leaseSeconds ?? LEASE_SECONDS;
  return loop({
    name: `lease of ${run.name}`,
    everyMs: (seconds * 1_000) / 3,
    log: deps.log,
    async run() {
      if (!(await renewTask(deps.db, run, seconds))) lost.abort(new Error('Another server has taken this over.'));
    },
  });
}

/** Texts of our own errors are for people; of others only that something went wrong. */
function sentenceOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return message.slice(0, 500);
}

async function list(deps: SchedulerDeps): Promise<Shown[]> {
  const { version, config } = await deps.configuration.current();
  const rows = new Map((await listTasks(deps.db)).map((row) => [row.name, row]));
  const schedules = schedulesOf(config);
  return deps.tasks.map((task) => toShown(task, rows.get(task.name), schedules[task.name], version > 0));
}

async function shown(deps: SchedulerDeps, { name }: Task): Promise<Shown> {
  return (await list(deps)).find((task) => task.name === name)!;
}

function toShown({ name, summary }: Task, row: TaskRow | undefined, schedule: string, active: boolean): Shown {
  const past = row?.schedule === schedule ? row : row && { ...row, schedule, scheduled_at: new Date().toISOString() };
  const next = active && past && !past.running_since ? nextRun(past) : null;
  return {
    name,
    summary,
    schedule,
    time_zone: timeZone(),
    running_since: row?.running_since ?? null,
    next_run_at: next?.toISOString() ?? null,
    last: row ? lastOf(row) : null,
  };
}

function lastOf(row: TaskRow): Shown['last'] {
  const { last_started_at: started_at, last_finished_at: finished_at, last_outcome: outcome } = row;
  if (!started_at || !finished_at || !outcome) return null;
  const seconds = Math.max(0, Date.parse(finished_at) - Date.parse(started_at)) / 1_000;
  return { started_at, finished_at, seconds, outcome, result: row.last_result, error: row.last_error };
}

async function announce(deps: SchedulerDeps, task: Task): Promise<void> {
  deps.bus.publish(contract.changed, await shown(deps, task));
}
