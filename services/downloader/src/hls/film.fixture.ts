import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether streams can be made here. Says so once when they can't. */
export const hasFilm = await run('ffmpeg', ['-version']).then(
  () => true,
  () => {
    console.warn('ffmpeg is not on the PATH: tests with real streams are skipped');
    return false;
  },
);

/** @param args as of ffmpeg */
export const ffmpeg = (...args: string[]) =>
  run('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', ...args], { maxBuffer: 256 * 1024 * 1024 });

/**
 * Makes an encoded film with picture and sound; what streams are cut from.
 * @param every frames from one that stands alone to the next: a stream can be cut there only
 * @returns its path
 */
export async function makeFilm(
  folder: string,
  seconds: number,
  options: { rate?: number; every?: number } = {},
): Promise<string> {
  const { rate = 25 } = options;
  const { every = rate } = options;
  const path = join(folder, 'film.mkv');
  await mkdir(folder, { recursive: true });
  const picture = `testsrc2=size=160x90:rate=${rate}:duration=${seconds}`;
  await ffmpeg(
    ...['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', String(every), '-c:a', 'aac', '-b:a', '32k', path],
  );
  return path;
}

/** The hash of each frame of picture (`v`) or sound (`a`), in the order of showing. */
export async function framesOf(path: string, kind: 'v' | 'a'): Promise<string[]> {
  const { stdout } = await ffmpeg('-i', path, '-map', `0:${kind}:0`, '-fps_mode', 'passthrough', '-f', 'framemd5', '-');
  return stdout
    .split('\n')
    .flatMap((line) => (line.startsWith('#') || line === '' ? [] : (line.split(',').at(-1) ?? '').trim()));
}
