import { numbered } from '@aniworld/naming';
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findFolder, type Folder, namesTo, openFolder, PARTS_FOLDER } from './folder.ts';

/** A file as it was when somebody decided about it. */
export interface Known {
  size: number;
  mtime_ms: number;
}

/** Kept of one path. */
const MOST_KEPT = 1_000;

/**
 * Moves a file of the library to `.aniworld/recycle`, below its own path there. Nothing happens when it is no file of this
 * library, or not the one that was meant (any more).
 * @param folder the library folder
 * @param known what it must still be; any file of that name when left out
 * @returns where it is now; null when nothing was moved
 * @throws FolderError, and what the file system says
 */
export async function recycle(folder: string, path: string, known?: Known): Promise<string | null> {
  await using from = await holder(folder, path);
  if (!from) return null;
  const source = join(from.reach, basename(path));
  if (!(await isMeant(source, known))) return null;
  await using to = await openBin(folder, namesTo(folder, dirname(path)) ?? []);
  const name = await moveTo(to, source);
  await to.sync();
  await from.sync();
  return name === null ? null : join(to.path, name);
}

/**
 * Takes files out of one folder of the library, into `.aniworld/recycle` or for good. Links and folders are left alone.
 * @param folder the library folder
 * @param directory where they lie, below it
 * @param choose which of the names that are there
 * @returns how many were taken
 * @throws FolderError, and what the file system says; then some may have been taken
 */
export async function clear(
  folder: string,
  directory: string,
  choose: (names: string[]) => string[],
  { recycled }: { recycled: boolean },
): Promise<number> {
  const names = namesTo(folder, directory);
  await using from = names && (await findFolder(folder, names));
  if (!names || !from) return 0;
  const chosen = choose(await readdir(from.reach));
  const files = await filter(chosen, (name) => isMeant(join(from.reach, name)));
  if (files.length === 0) return 0;
  if (recycled) await moveAll(from, files, await openBin(folder, names));
  else for (const name of files) await rm(join(from.reach, name), { force: true });
  await from.sync();
  return files.length;
}

/** Removes a folder of the library and those above it, as far as they are empty; the library folder itself stays. */
export async function prune(folder: string, path: string): Promise<void> {
  for (let names = namesTo(folder, path); names && names.length > 0; names = names.slice(0, -1)) {
    await using parent = await findFolder(folder, names.slice(0, -1));
    if (!parent) continue;
    const removed = await rmdir(join(parent.reach, names.at(-1)!)).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    );
    if (!removed) return;
  }
}

/** The open folder of a file; null when it is not there, or not within the library. */
async function holder(folder: string, path: string): Promise<Folder | null> {
  const names = namesTo(folder, path);
  return names && names.length > 0 ? findFolder(folder, names.slice(0, -1)) : null;
}

/** `.aniworld` may be a link, as the parts that are written there may lie elsewhere; what is in it may not. */
async function openBin(folder: string, names: readonly string[]): Promise<Folder> {
  const parts = join(folder, PARTS_FOLDER);
  await mkdir(parts, { recursive: true });
  return openFolder(parts, ['recycle', ...names], null);
}

async function moveAll(from: Folder, names: readonly string[], bin: Folder): Promise<void> {
  await using to = bin;
  for (const name of names) await moveTo(to, join(from.reach, name));
  await to.sync();
}

/** @returns its name there; null when too many of that name are kept already, and it stays */
async function moveTo(to: Folder, source: string): Promise<string | null> {
  for (let n = 1; n <= MOST_KEPT; n += 1) {
    const name = numbered(basename(source), n);
    const target = join(to.reach, name);
    if (await lstat(target).catch(() => null)) continue;
    await move(source, target);
    return name;
  }
  return null;
}

async function isMeant(path: string, known?: Known): Promise<boolean> {
  const now = await lstat(path).catch(() => null);
  if (now?.isFile() !== true) return false;
  return !known || (now.size === known.size && Math.trunc(now.mtimeMs) === known.mtime_ms);
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

async function filter(names: readonly string[], keep: (name: string) => Promise<boolean>): Promise<string[]> {
  const kept: string[] = [];
  for (const name of names) if (await keep(name)) kept.push(name);
  return kept;
}
