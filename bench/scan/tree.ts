import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A library folder with so many series, each in a folder with so many files. */
export interface Tree extends AsyncDisposable {
  folder: string;
  series: number;
  episodes: number;
  /** Path of one file of it. */
  file(series: number, episode: number): string;
}

const run = promisify(execFile);
const two = (number: number) => String(number).padStart(2, '0');
/** Files written at once. */
const AT_ONCE = 50;

export const titleOf = (series: number) =>
  `Lantern Street ${String.fromCharCode(65 + (series % 26))} Chapter ${series}x`;

export async function makeTree(series: number, episodes: number): Promise<Tree> {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-bench-scan-'));
  const file = (s: number, e: number) => join(folder, titleOf(s), `${titleOf(s)} - S01E${two(e)} - Night ${e}.mkv`);
  for (let s = 0; s < series; s += 1) {
    await mkdir(join(folder, titleOf(s)));
    for (let e = 1; e <= episodes; e += AT_ONCE) {
      const numbers = Array.from({ length: Math.min(AT_ONCE, episodes - e + 1) }, (_, i) => e + i);
      await Promise.all(numbers.map((number) => writeFile(file(s, number), 'x')));
    }
  }
  return { folder, series, episodes, file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Seconds that `find` takes to print size, time and path of all files. */
export async function findAll({ folder }: Tree): Promise<number> {
  const begun = performance.now();
  await run('find', [folder, '-type', 'f', '-printf', '%s %T@ %p\n'], { maxBuffer: 2 ** 28 });
  return (performance.now() - begun) / 1_000;
}
