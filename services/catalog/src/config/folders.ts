import type { Remark } from '@aniworld/contracts';
import { access, constants, opendir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { isWithin, reasonOf } from '../disk.ts';

/** What one folder is found to be. */
interface Found {
  problem?: string;
  warning?: string;
  /** The file system that it is or would be on. */
  device?: number;
}

interface Remarks {
  problems: Remark[];
  warnings: Remark[];
}

/** Whether folders could be the library's, judged by looking: `prepareFolders` creates and tries, this changes nothing. */
export async function lookAtFolders(folders: readonly string[]): Promise<Remarks> {
  const problems: Remark[] = [];
  const warnings: Remark[] = [];
  const seen: { folder: string; device: number | undefined }[] = [];
  const system = (await stat('/').catch(() => undefined))?.dev;
  for (const [at, folder] of folders.entries()) {
    const path = `library.folders.${at}`;
    const { problem, warning, device } = await lookAt(folder);
    const within = seen.find((other) => isWithin(folder, other.folder) || isWithin(other.folder, folder));
    const same = seen.find((other) => device !== undefined && other.device === device);
    const nested = within && `It lies in ${within.folder}, or that in it; name one of the two.`;
    if (problem ?? nested) problems.push({ path, message: problem ?? nested ?? '' });
    if (warning) warnings.push({ path, message: warning });
    if (same)
      warnings.push({ path, message: `It lies on the same disk as ${same.folder}: they share its free space.` });
    else if (device !== undefined && device === system)
      warnings.push({ path, message: 'It lies on the system’s own disk, which a large library may fill.' });
    seen.push({ folder: resolve(folder), device });
  }
  return { problems, warnings };
}

async function lookAt(folder: string): Promise<Found> {
  if (!isAbsolute(folder)) return { problem: 'Give an absolute path.' };
  if (folder.includes('\0')) return { problem: 'The path holds a character that no path can have.' };
  try {
    const there = await nearest(folder);
    await access(there.path, constants.R_OK | constants.W_OK | constants.X_OK);
    // A file that stands where a folder is wanted is found by opening it as one.
    await (await opendir(there.path)).close();
    const warning = there.path === folder ? {} : { warning: 'It does not exist yet and would be created.' };
    return { device: there.device, ...warning };
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}

/** The folder, or what exists of the way to it. */
async function nearest(folder: string): Promise<{ path: string; device: number }> {
  try {
    return { path: folder, device: (await stat(folder)).dev };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || dirname(folder) === folder) throw error;
    return nearest(dirname(folder));
  }
}
