import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { signalGroup } from '../process-group.ts';
import { keepTail, readPaced, splitLines } from './output.ts';

export interface Child {
  program: string;
  args: string[];
  cwd: string;
  /** All of it. */
  env: Record<string, string>;
  /** Called with each line of its standard output that isn't too long. */
  onLine: (line: string) => void;
}

export interface Ended {
  /** null when a signal ended it. */
  code: number | null;
  /** The end of what it wrote to standard error. */
  said: string;
}

/** Between asking a group to end and ending it: a cancelled item is over within 2 s. */
const GRACE_MS = 1_000;
/** For what is still in the pipes when all who wrote are gone; one who got away may hold them for ever. */
const DRAIN_MS = 1_000;

/**
 * Memory is limited by data (RLIMIT_DATA) and not by addresses: runtimes reserve many times what they use. 1 GiB for each
 * process; yt-dlp takes 0.1, and reads playlists and pages as a whole. No core dumps. Where there is util-linux, the program
 * dies with the worker; elsewhere it ends by itself when its proxy and its pipes are gone.
 */
const LIMITED = `ulimit -c 0; ulimit -d 1048576
if command -v setpriv > /dev/null; then exec setpriv --pdeathsig KILL "$@"; fi
exec "$@"`;

/**
 * Runs a program in a process group of its own, with limits on its memory, to its end. Its output is always read, so that it
 * can't block, and never kept beyond a limit. When the signal aborts, the group is asked to end and then ended. Whatever is
 * left of the group when its first process has ended is ended with it.
 * @throws the signal's reason
 */
export async function runChild({ program, args, cwd, env, onLine }: Child, signal: AbortSignal): Promise<Ended> {
  signal.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', LIMITED, 'sh', program, ...args], {
    ...{ cwd, env, detached: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = keepTail();
  readPaced(child.stdout, splitLines(onLine));
  readPaced(child.stderr, said.add);
  const closed = once(child, 'close').catch(() => undefined);
  let ending: NodeJS.Timeout | undefined;
  const end = () => {
    signalGroup(child, 'SIGTERM');
    ending = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    signalGroup(child, 'SIGKILL');
    await Promise.race([closed, delay(DRAIN_MS, undefined, { ref: false })]);
    signal.throwIfAborted();
    return { code, said: said.text() };
  } finally {
    signal.removeEventListener('abort', end);
    clearTimeout(ending);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}
