import { isMarked, PARTS_FOLDER } from '@aniworld/library';
import { constants } from 'node:fs';
import { access, mkdir, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from './failure.ts';

/**
 * Whether a library folder is there. Its folder `.aniworld` is the mark: it is made once and never removed, so where it was
 * and is no longer, the disk is not mounted, and what would be written would lie below the mount point, out of sight.
 */

/** How long an item waits for a folder that is away, in seconds. */
const AWAY_SECONDS = 60;

/** Library folders that this process has seen with their marks. */
const seen = new Set<string>();

/**
 * Makes sure that a library folder is there, and marks it the first time.
 * @param known whether the library has files in it by what the catalog knows: then it is not new, and not empty
 * @throws Failure `permission`, which waits and burns no try, while it is away
 */
export async function enterLibrary(folder: string, known: boolean): Promise<void> {
  if (await isMarked(folder)) {
    seen.add(folder);
    return;
  }
  if (seen.has(folder) || (known && (await isEmpty(folder)))) throw away(folder);
  await mkdir(join(folder, PARTS_FOLDER), { recursive: true });
  seen.add(folder);
}

/** Whether this process knows the folder's mark: then what lies below the mark can be made without another look. */
export const hasSeen = (folder: string): boolean => seen.has(folder);

/** Does what needs the library folder; what fails because it went away meanwhile says so. */
export async function inLibrary<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || (await isMarked(folder))) throw error;
    throw away(folder);
  }
}

/** Why nothing can be written to a library folder that could be once, in words for people; null when it can. */
export async function troubleOf(folder: string): Promise<string | null> {
  if (!seen.has(folder)) return null;
  if (!(await isMarked(folder).catch(() => false))) return away(folder).message;
  const code = await access(folder, constants.W_OK).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  );
  return code === 'EROFS'
    ? `${folder} can only be read; downloads go on by themselves when it can be written to.`
    : null;
}

/** A folder with less is full, whatever the setting: the next part file would only run into it again. */
export const LEAST_BYTES = 1024 * 1024;

/** That a folder has less than so many bytes left, in words for people; null when it has more or is not there (yet). */
export async function shortageOf(folder: string, least: number): Promise<string | null> {
  const free = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
  if (free === null || free >= least) return null;
  return `${folder} has ${Math.floor(free / 1_000_000)} MB left; downloads go on by themselves when there is more.`;
}

/** How long a look at a disk holds: a hundred small files a second need no hundred looks. */
const ROOM_MS = 250;
/** When a folder was last seen to have how much room. */
const roomy = new Map<string, { least: number; at: number }>();

/** @throws Failure `no_space`, which waits and burns no try */
export async function requireRoom(folder: string, least: number): Promise<void> {
  const looked = roomy.get(folder);
  const now = performance.now();
  if (looked && looked.least >= least && now - looked.at < ROOM_MS) return;
  roomy.delete(folder);
  const shortage = await shortageOf(folder, Math.max(LEAST_BYTES, least));
  if (shortage !== null) throw new Failure('no_space', shortage, { waits: AWAY_SECONDS });
  roomy.set(folder, { least, at: now });
}

function away(folder: string): Failure {
  const remedy = `Downloads go on by themselves when it is back; if it is meant to be empty, make a folder ${PARTS_FOLDER} in it.`;
  return new Failure('permission', `${folder} is not mounted. ${remedy}`, { waits: AWAY_SECONDS });
}

async function isEmpty(folder: string): Promise<boolean> {
  const entries = await readdir(folder).catch(() => []);
  return entries.every((name) => name === 'lost+found');
}
