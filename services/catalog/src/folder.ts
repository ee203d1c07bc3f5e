import { fail } from '@aniworld/contracts';
import { mkdir, mkdtemp, readdir, rmdir } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';

/**
 * Makes sure that each folder can be used as a library folder, creating those that don't exist, and gives their paths in
 * one spelling.
 * @throws FOLDER_UNUSABLE with one entry for each that can't, at `field` and its index
 */
export async function prepareFolders(folders: readonly string[], field: string): Promise<string[]> {
  const errors: { path: string; message: string }[] = [];
  const good: string[] = [];
  for (const [index, folder] of folders.entries()) {
    const reason = (await unusable(folder)) ?? overlap(folder, good);
    if (reason) errors.push({ path: `${field}.${index}`, message: reason });
    else good.push(resolve(folder));
  }
  if (errors.length > 0) throw fail('FOLDER_UNUSABLE', { errors });
  return good;
}

/** Why a folder can't be used; null when it can. A trial tells more than permission bits: mounts may be read-only. */
async function unusable(folder: string): Promise<string | null> {
  if (!isAbsolute(folder)) return 'Give an absolute path.';
  if (folder.includes('\0')) return 'The path holds a character that no path can have.';
  try {
    await mkdir(folder, { recursive: true });
    await readdir(folder);
    await rmdir(await mkdtemp(join(folder, '.aniworld-trial-')));
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

/** A folder within another one would have its files found twice. */
function overlap(folder: string, others: readonly string[]): string | null {
  const other = others.find((one) => isWithin(folder, one) || isWithin(one, folder));
  return other === undefined ? null : `It lies in ${other}, or that in it; name one of the two.`;
}

/** Whether `path` is `folder` itself or below it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way));
}

/** What went wrong with a file or folder, for the user. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? `The server can’t use it (${code || 'unknown error'}).`;
}

const reasons: Record<string, string> = {
  ENOENT: 'It does not exist.',
  EEXIST: 'It is a file and not a folder.',
  ENOTDIR: 'It is a file and not a folder, or lies below one.',
  EACCES: 'The server may not read or write there.',
  EPERM: 'The server may not read or write there.',
  EROFS: 'It lies on a file system that can only be read.',
  ENOSPC: 'There is no space left there.',
  ENAMETOOLONG: 'A name in it is too long.',
  ELOOP: 'It leads around in a circle.',
  EIO: 'The disk reports an error.',
};
