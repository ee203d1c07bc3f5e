import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Failure } from '../failure.ts';
import { signalGroup } from '../process-group.ts';
import { findProgram } from '../search-path.ts';

/** Silence of ffmpeg for so long means that it hangs. */
const HANGING_MS = 120_000;
const MOST_SAID = 8 * 1024;

/** An ffmpeg that answered. */
export interface Ffmpeg {
  path: string;
  searchPath: string;
}

/**
 * Looks for ffmpeg.
 * @param wanted the setting: a path, or empty for the first on the search path
 * @returns null when there is none, or none that runs
 */
export async function findFfmpeg(wanted: string, searchPath: string, signal: AbortSignal): Promise<Ffmpeg | null> {
  const path = findProgram(wanted || 'ffmpeg', searchPath);
  if (!path) return null;
  try {
    await run({ path, searchPath }, ['-hide_banner', '-version'], () => undefined, signal);
    return { path, searchPath };
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/**
 * Runs ffmpeg in a process group of its own, which is killed when the signal aborts or when it hangs. It gets nothing of the
 * worker's environment, which holds passwords.
 * @param args behind those that keep it from asking and from the network
 * @param onSeconds how much is written, in seconds of the stream
 * @throws Failure `no_space`, or `bad_content` with what it said last
 */
export async function runFfmpeg(
  ffmpeg: Ffmpeg,
  args: string[],
  onSeconds: (seconds: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const fixed = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-nostats', '-progress', 'pipe:1'];
  await run(ffmpeg, [...fixed, ...args], onSeconds, signal);
}

async function run(
  { path, searchPath }: Ffmpeg,
  args: string[],
  onSeconds: (seconds: number) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const env = { PATH: searchPath, LANG: 'C.UTF-8' };
  const child = spawn(path, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => signalGroup(child, 'SIGKILL');
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

function failureOf(said: string): Failure {
  if (/No space left on device|Disk quota exceeded/i.test(said)) return new Failure('no_space');
  const last = said.trim().split('\n').at(-1)?.slice(0, 300) || 'nothing';
  return new Failure('bad_content', `The stream can’t be joined. ffmpeg said: ${last}`);
}
