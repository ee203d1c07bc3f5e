import { readdir, readFile } from 'node:fs/promises';
import type { Scene } from './scene.ts';

/** Of `/proc/<pid>/stat`, which counts in hundredths of a second wherever Linux runs (proc(5), USER_HZ). */
const TICK_MS = 10;

/**
 * Processor time that the database server has used so far, in milliseconds: of its processes that live, in the nanoseconds of
 * `schedstat`, and of those that have ended, as their parent was told.
 * @returns undefined when they can't be seen from here, as in a container
 */
export async function serverTime(scene: Scene): Promise<number | undefined> {
  const [row] = await scene.query<{ pid: number }>('select pg_backend_pid() as pid');
  const backend = await statOf(row!.pid);
  if (backend?.name !== 'postgres') return undefined;
  const parent = await statOf(backend.parent);
  let sum = (parent?.endedTicks ?? 0) * TICK_MS;
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!pid || (await statOf(pid))?.parent !== backend.parent) continue;
    const ns = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '0');
    sum += Number(ns.split(' ')[0]) / 1_000_000;
  }
  return sum;
}

interface Stat {
  name: string;
  parent: number;
  /** Of children that have ended, in user and system mode. */
  endedTicks: number;
}

/** proc_pid_stat(5), whose second field is a name in brackets that may have blanks; the rest is numbered from 3. */
async function statOf(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const [, name = '', rest = ''] = text?.match(/\((.*)\) (.*)/s) ?? [];
  const field = (number: number) => Number(rest.split(' ')[number - 3]);
  return text === undefined ? undefined : { name, parent: field(4), endedTicks: field(16) + field(17) };
}
