import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { until } from '../until.ts';

const run = promisify(execFile);

/** A process under the distribution's strace, until disposed. */
export interface Trace extends AsyncDisposable {
  /** One for each line of strace, in its order. */
  readonly lines: string[];
}

/** Why a case that needs strace can't run here; null when it can. */
export async function whyNoStrace(): Promise<string | null> {
  return run('strace', ['-V']).then(
    () => null,
    () => 'not run: strace is not installed',
  );
}

/**
 * Traces all threads of a process. With `inject` the named calls fail: `pwrite64:error=EIO`.
 * @param calls names of system calls, separated by commas
 */
export async function trace(pid: number, calls: string, inject?: string): Promise<Trace> {
  const options = ['-f', '-yy', '-ttt', '-T', '-s', '4096', '-e', `trace=${calls}`];
  if (inject) options.push('-e', `inject=${inject}`);
  const child = spawn('strace', [...options, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  await until('strace is attached', () => {
    if (child.exitCode !== null) throw new Error(`strace: ${lines.join(' ')}`);
    return lines.some((line) => line.includes('attached'));
  });
  return { lines, [Symbol.asyncDispose]: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = once(child, 'close');
  // On SIGINT it lets go of the process; on SIGKILL it would take it along.
  child.kill('SIGINT');
  await closed;
}
