import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Failure } from '../failure.ts';

/** Silence of ffmpeg for so long means that it hangs. */
const HANGING_MS = 120_000;
const MOST_SAID = 8 * 1024;

/** Whether a program answers as ffmpeg does. @param path empty: the one on the PATH */
export async function hasFfmpeg(path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await run(path, ['-hide_banner', '-version'], () => undefined, signal);
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/**
 * Runs ffmpeg in a process group of its own, which is killed when the signal aborts or when it hangs.
 * @param args behind those that keep it from asking and from the network
 * @param onSeconds how much is written, in seconds of the stream
 * @throws Failure `no_space`, or `bad_content` with what it said last
 */
export async function runFfmpeg(
  path: string,
  args: string[],
  onSeconds: (seconds: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const fixed = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-nostats', '-progress', 'pipe:1'];
  await run(path, [...fixed, ...args], onSeconds, signal);
}

async function run(path: string, args: string[], onSeconds: (seconds: number) => void, signal: AbortSignal) {
  signal.throwIfAborted();
  const child = spawn(path || 'ffmpeg', args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => killGroup(child.pid);
  let said = '';
  let hanging = setTimeout(kill, HANGING_MS);
  child.stderr.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-MOST_SAID)));
  child.stdout.on('data', (data: Buffer) => {
    clearTimeout(hanging);
    hanging = setTimeout(kill, HANGING_MS);
    const time = data
      .toString()
      .match(/out_time_us=(\d+)/g)
      ?.at(-1);
    if (time) onSeconds(Number(time.slice('out_time_us='.length)) / 1_000_000);
  });
  signal.addEventListener('abort', kill, { once: true });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    if (code !== 0) throw failureOf(said);
  } finally {
    signal.removeEventListener('abort', kill);
    clearTimeout(hanging);
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It had ended already.
  }
}

function failureOf(said: string): Failure {
  if (/No space left on device|Disk quota exceeded/i.test(said)) return new Failure('no_space');
  const last = said.trim().split('\n').at(-1)?.slice(0, 300) || 'nothing';
  return new Failure('bad_content', `The stream can’t be joined. ffmpeg said: ${last}`);
}
