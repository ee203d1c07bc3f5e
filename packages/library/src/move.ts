import { link, lstat, readdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findFolder, type Folder, FolderError, namesTo, openFolder, twinsOf } from './folder.ts';

/**
 * Gives a file of the library another name in it, never over a file. Done again after a crash at any moment it goes on where
 * it was.
 *
 *   target folder made -> name taken by a hard link -> folder synced -> old name removed -> its folder synced
 *
 * @param root the library folder; both paths lie below it
 * @param mode rights of new folders; null: by the umask
 * @throws FolderError with what is in the way, and what the file system says
 */
export async function moveFile(root: string, source: string, target: string, mode: number | null): Promise<void> {
  const [from, to] = [fileNames(root, source), fileNames(root, target)];
  await using old = await findFolder(root, from.slice(0, -1));
  const before = old ? await entry(join(old.reach, from.at(-1)!)) : null;
  if (!old || !before) return requireMoved(root, to, source);
  if (!before.isFile()) throw new FolderError(`${source} is not a file.`);
  await using next = await openFolder(root, to.slice(0, -1), mode);
  await takeName({ folder: old, name: from.at(-1)! }, { folder: next, name: to.at(-1)! });
  await next.sync();
  await old.sync();
}

interface Spot {
  folder: Folder;
  name: string;
}

/** The names of the folders that a file lies in, and its own. */
function fileNames(root: string, path: string): string[] {
  const names = namesTo(root, path);
  if (!names || names.length === 0) throw new FolderError(`${path} does not lie in ${root}.`);
  return names;
}

/** A crash may have come after the old name was removed. */
async function requireMoved(root: string, to: readonly string[], source: string): Promise<void> {
  await using next = await findFolder(root, to.slice(0, -1));
  if (!next || !(await entry(join(next.reach, to.at(-1)!)))) throw new FolderError(`${source} is no longer there.`);
}

const entry = (path: string) =>
  lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });

async function takeName(old: Spot, next: Spot): Promise<void> {
  const [from, to] = [join(old.folder.reach, old.name), join(next.folder.reach, next.name)];
  const [before, there] = [await lstat(from), await entry(to)];
  const same = there?.ino === before.ino && there.dev === before.dev;
  if (same) return (await areTwo(old, next)) ? unlink(from) : rename(from, to);
  await requireFree(old, next);
  try {
    await link(from, to);
  } catch (error) {
    if (!WITHOUT_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw inWords(error, to);
    // exFAT and some shares: nothing was there a moment ago.
    if (await entry(to)) throw taken(to);
    return rename(from, to);
  }
  await unlink(from);
}

/** Whether a crash has left both names, or the file system takes one for the other. */
async function areTwo(old: Spot, next: Spot): Promise<boolean> {
  if (old.folder.path !== next.folder.path) return true;
  const names = await readdir(next.folder.reach);
  return names.includes(old.name) && names.includes(next.name);
}

const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** A name is taken too by one that some file system takes for it. */
async function requireFree(old: Spot, next: Spot): Promise<void> {
  const own = old.folder.path === next.folder.path ? old.name : null;
  const [twin] = twinsOf(next.name, await readdir(next.folder.reach)).filter((name) => name !== own);
  if (twin !== undefined) throw taken(join(next.folder.path, twin));
}

const taken = (path: string) => new FolderError(`${basename(path)} is there already, in ${dirname(path)}.`);

function inWords(error: unknown, to: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST') return taken(to);
  if (code === 'EXDEV') return new FolderError('The old and the new folder lie on different disks.');
  return error;
}
