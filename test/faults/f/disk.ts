import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { FaultOutcome } from '../case.ts';

const run = promisify(execFile);

/** A file system in memory, mounted on a folder until disposed. Needs the rights of root. */
export interface Disk extends AsyncDisposable {
  /** Ends it as when a cable is pulled: its folder is empty, what was open stays open. */
  unmount(): Promise<void>;
}

export async function mountMemory(folder: string, megabytes: number): Promise<Disk> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  return mounted(folder);
}

/** Shows one folder at another. */
export async function mountFolder(source: string, folder: string): Promise<Disk> {
  await run('mount', ['--bind', source, folder]);
  return mounted(folder);
}

export async function remount(folder: string, how: 'ro' | 'rw'): Promise<void> {
  await run('mount', ['-o', `remount,${how}`, folder]);
}

function mounted(folder: string): Disk {
  let there = true;
  const unmount = async () => {
    if (!there) return;
    there = false;
    await run('umount', ['-l', folder]);
  };
  return { unmount, [Symbol.asyncDispose]: unmount };
}

/** Why a case that mounts can't run here; null when it can. */
export function whyNoMounts(): string | null {
  return process.getuid?.() === 0 ? null : 'not run: mounting a file system needs root';
}

/** A case that could not be run has not held. */
export function notRun(reason: string): FaultOutcome {
  return { held: false, figures: {}, broken: [reason] };
}
