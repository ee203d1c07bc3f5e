import { tmpdir } from 'node:os';
import { runChild } from './child.ts';
import { environmentOf } from './environment.ts';

/** A slow machine takes seconds to start Python for the first time. */
const PATIENCE_MS = 30_000;

/** What a program says to `--version`; null when that is no version of yt-dlp, or when it takes too long. */
export async function readVersion(program: string, searchPath: string, signal: AbortSignal): Promise<string | null> {
  let first: string | undefined;
  const env = environmentOf({ searchPath, home: tmpdir() });
  const onLine = (line: string) => void (first ??= line);
  const child = { program, args: ['--ignore-config', '--version'], cwd: tmpdir(), env, onLine };
  const either = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const ended = await runChild(child, either).catch(() => null);
  signal.throwIfAborted();
  return ended?.code === 0 && first && /^\d{4}\.\d{1,2}\.\d{1,2}(\.\d+)?$/.test(first) ? first : null;
}
