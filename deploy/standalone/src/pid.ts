import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** How to end a program: ask softly, wait that long, then force it. */
export type Ending = { soft: NodeJS.Signals; softMs: number; hard: NodeJS.Signals };

const run = promisify(execFile);
/** Time for the hard signal to work before SIGKILL follows, which needs no consent. */
const HARD_MS = 5_000;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there but another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * When the process started, in whatever form the system tells it; undefined when there is none.
 * Pid and start together name a process for good: a pid alone is used again.
 */
export async function startedAt(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  const fields = await procFields(pid);
  return fields?.[19];
}

/** The process's command line with a space between arguments; undefined when there is no such process, or a dead one. */
export async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return ps(pid, 'command=');
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.replaceAll('\0', ' ').trim() || undefined;
}

/** Ends a process that need not be our child, and returns once it is gone. */
export async function endPid(pid: number, ending: Ending): Promise<void> {
  if (await endedBy(pid, ending.soft, ending.softMs)) return;
  if (await endedBy(pid, ending.hard, HARD_MS)) return;
  if (!(await endedBy(pid, 'SIGKILL', HARD_MS))) throw new Error(`Process ${pid} does not end, not even by SIGKILL`);
}

async function endedBy(pid: number, signal: NodeJS.Signals, waitMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
    throw error;
  }
  // The system tells only a parent of a child's end, so that a foreign process has to be looked at again and again.
  for (const end = Date.now() + waitMs; Date.now() < end; await delay(20)) if (await isGone(pid)) return true;
  return false;
}

/** Gone also when only its entry is left for a parent to read (a zombie): PID 1 of a container may never do so. */
async function isGone(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return true;
  if (process.platform !== 'linux') return false;
  const state = (await procFields(pid))?.[0];
  return state === undefined || state === 'Z';
}

/** The fields of /proc/pid/stat from the third, the state, on: the second, the name, may hold spaces and brackets. */
async function procFields(pid: number): Promise<string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function ps(pid: number, column: string): Promise<string | undefined> {
  const { stdout } = await run('ps', ['-ww', '-o', column, '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim() || undefined;
}
