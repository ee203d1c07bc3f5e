import { numbered } from '@aniworld/naming';
import { constants } from 'node:fs';
import { copyFile, lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Replaced } from './checkpoint.ts';
import { openFolder } from './folder.ts';
import { PARTS_FOLDER } from './library.ts';

/** Kept of one path. */
const MOST_KEPT = 1_000;

/**
 * Moves a file of the library to `.aniworld/recycle`, below its own path there. Nothing happens when it is not the file that
 * was meant (any more).
 * @returns where it is now; null when nothing was moved
 */
export async function recycle(folder: string, old: Replaced): Promise<string | null> {
  const below = relative(folder, old.path);
  if (below === '' || below.split(sep).includes('..')) return null;
  const names = dirname(below).split(sep);
  await using from = await openFolder(folder, names[0] === '.' ? [] : names, null);
  const source = join(from.reach, basename(old.path));
  if (!(await isStill(source, old))) return null;
  const bin = ['recycle', ...names.filter((name) => name !== '.')];
  await using to = await openFolder(join(folder, PARTS_FOLDER), bin, null);
  for (let n = 1; n <= MOST_KEPT; n += 1) {
    const name = numbered(basename(old.path), n);
    const target = join(to.reach, name);
    if (await lstat(target).catch(() => null)) continue;
    await move(source, target);
    await to.sync();
    await from.sync();
    return join(to.path, name);
  }
  return null;
}

async function isStill(path: string, old: Replaced): Promise<boolean> {
  const now = await lstat(path).catch(() => null);
  return now?.isFile() === true && now.size === old.size && Math.trunc(now.mtimeMs) === old.mtime_ms;
}

async function move(source: string, target: string): Promise<void> {
  try {
    return await rename(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
  }
  await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await using copy = await open(target, 'r+');
  await copy.sync();
  await rm(source);
}
