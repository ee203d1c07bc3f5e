import { execFile } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MissingError } from '../case.ts';

/** What a run took. */
export interface Cost {
  /** From its start to its end. */
  seconds: number;
  /** Of the processor, in the program and in the system. */
  cpuSeconds: number;
  /** The most memory that was resident, in MiB. */
  peakMib: number;
}

/** The same of a run for one file, up to the last byte written to it. */
export interface FileCost extends Cost {
  /** From its start until the file is on the disk. */
  syncedSeconds: number;
}

const run = promisify(execFile);

/** By program, the package of Debian and Ubuntu that brings it. */
const PACKAGES = { nginx: 'nginx-light', aria2c: 'aria2', curl: 'curl', wget: 'wget', time: 'time' };

/** @throws MissingError with one sentence that says what to install */
export async function requirePrograms(): Promise<void> {
  const found = await Promise.all(Object.keys(PACKAGES).map(isThere));
  const missing = Object.values(PACKAGES).filter((_, i) => !found[i]);
  if (missing.length > 0) throw new MissingError(`This needs other programs: apt-get install ${missing.join(' ')}`);
}

async function isThere(program: string): Promise<boolean> {
  const [{ status }] = await Promise.allSettled([run('sh', ['-c', `PATH="$PATH:/usr/sbin" command -v ${program}`])]);
  return status === 'fulfilled';
}

/** Runs a program that writes `file`, and says what it took, by GNU time. @throws when it fails */
export async function measure(file: string, program: string, args: readonly string[]): Promise<FileCost> {
  const cost = await measureAll(program, args);
  const begun = performance.now();
  await using handle = await open(file);
  await handle.datasync();
  return { ...cost, syncedSeconds: cost.seconds + (performance.now() - begun) / 1_000 };
}

/** The same for one that writes many files, which nobody syncs. */
export async function measureAll(program: string, args: readonly string[]): Promise<Cost> {
  const { stderr } = await run('/usr/bin/time', ['-q', '-f', '%e %U %S %M', program, ...args]);
  const [seconds = 0, user = 0, system = 0, kib = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds, cpuSeconds: user + system, peakMib: kib / 1024 };
}

/** Clock ticks a second, of Linux on all its machines (proc(5)). */
const TICKS = 100;

/** What a process that runs has taken so far, by proc(5). */
export async function costOf(pid: number): Promise<Pick<Cost, 'cpuSeconds' | 'peakMib'>> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold blanks; user and system time are the 14th and 15th field of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS, peakMib: kib / 1024 };
}

/** Arguments of dd, to write so many bytes of zeros, in whole mebibytes. */
export const zeros = (file: string, bytes: number): string[] => [
  ...['if=/dev/zero', `of=${file}`, 'bs=1M', `count=${Math.ceil(bytes / 1024 ** 2)}`, 'status=none'],
];

/**
 * A virtual machine gives its host back the memory that nobody uses, and asking for it again takes several times as long as
 * writing to it. So each program finds as much of it at hand as its files need.
 */
export async function takeMemory(folder: string, bytes: number): Promise<void> {
  const file = join(folder, 'memory.bin');
  await run('dd', zeros(file, bytes * 1.25));
  await rm(file);
}
