import { fail } from '@aniworld/contracts';
import { mkdir, mkdtemp, readdir, rmdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { isWithin, reasonOf } from './disk.ts';

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
