import { killPoint } from '@aniworld/chassis';
import { type Folder, openFolder, recycle } from '@aniworld/library';
import { link, lstat, open, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Publishing } from './checkpoint.ts';
import { copyInto, removeCopy, type Watching } from './copy.ts';
import { Failure } from './failure.ts';
import { partPath } from './part.ts';
import { holds, releaseName } from './reservation.ts';
import type { SharedFolder } from './shared-folder.ts';

/**
 * How a part file gets its final name.
 *
 *   data synced -> name reserved -> fenced row `publishing` -> [what it replaces moved to the recycle folder] -> link under the
 *   final name, never over a file -> folder synced -> part unlinked -> fenced row `completed` with its event
 *
 * Where part and name lie on different file systems, a verified copy beside the name is what gets linked. A crash between
 * any two leaves the row `publishing`, which nobody claims; `settlePublishing` decides it from what is on the disk. At no
 * moment does the final name hold anything but the whole file.
 */
export interface PublishOptions extends Watching {
  /** Rights of the file and of new folders, in octal; null: by the umask. */
  rights: { file_mode: string | null; folder_mode: string | null };
  /** The name's folder, when it is open already. */
  folder?: Folder & Partial<Pick<SharedFolder, 'inPlace'>>;
}

/**
 * Gives the part file its announced name.
 * @returns false when the name was taken by another file meanwhile, or its folder removed: choose again
 * @throws FolderError, or Failure `path` when the folder was led out of the library meanwhile
 */
export async function publishPart(item: string, publishing: Publishing, options: PublishOptions): Promise<boolean> {
  const { folder: root, path, epoch, replaced = [] } = publishing;
  const part = partPath(root, item, epoch);
  await using opened = new AsyncDisposableStack();
  const folder = options.folder ?? opened.use(await openFolderOf(publishing, options));
  await setMode(part, octal(options.rights.file_mode));
  for (const old of replaced) await recycle(root, old.path, old);
  try {
    await takeName({ item, publishing, part, folder, options });
  } catch (error) {
    // The folder was removed after it was opened.
    if (codeOf(error) === 'ENOENT' && (await isThere(part))) return false;
    if (codeOf(error) !== 'EEXIST') throw error;
    if (!(await holds(path, publishing))) return false;
  }
  await killPoint('publish.named');
  const [inPlace] = await Promise.all([options.folder?.inPlace?.(), folder.sync()]);
  if (!inPlace) await refuseStray(folder, path);
  // Renamed, on file systems without links.
  await unlink(part).catch((error) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
  return true;
}

function openFolderOf({ folder, path }: Publishing, { rights }: PublishOptions): Promise<Folder> {
  const names = relative(folder, dirname(path)).split(sep).filter(Boolean);
  return openFolder(folder, names, octal(rights.folder_mode));
}

export type Settlement = 'published' | 'again';

/**
 * Decides what a crash left: the file stands under its final name, or the part file is whole and gets it now, or neither
 * is true and the item is fetched again.
 */
export async function settlePublishing(
  item: string,
  publishing: Publishing,
  options: PublishOptions,
): Promise<Settlement> {
  const { folder, path, epoch } = publishing;
  const part = partPath(folder, item, epoch);
  await removeCopy(folder, item, epoch);
  const settlement = await settle(item, publishing, part, options);
  await releaseName(folder, path, { id: item, lease_epoch: epoch });
  return settlement;
}

async function settle(
  item: string,
  publishing: Publishing,
  part: string,
  options: PublishOptions,
): Promise<Settlement> {
  if (await holds(publishing.path, publishing)) {
    await using folder = await openFolder(dirname(publishing.path), [], null);
    await folder.sync();
    await rm(part, { force: true });
    return 'published';
  }
  const stands = await lstat(publishing.path).catch(() => null);
  if (stands && !publishing.replaced?.some(({ path }) => path === publishing.path)) return 'again';
  if (!(await holds(part, publishing))) return 'again';
  return (await publishPart(item, publishing, options)) ? 'published' : 'again';
}

interface Naming {
  item: string;
  publishing: Publishing;
  part: string;
  folder: Folder;
  options: PublishOptions;
}

async function takeName({ item, publishing, part, folder, options }: Naming): Promise<void> {
  const name = join(folder.reach, basename(publishing.path));
  try {
    return await linkOrRename(part, name);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
  }
  try {
    const copy = await copyInto(folder, part, item, publishing, options);
    await killPoint('publish.copied');
    await linkOrRename(copy, name);
  } finally {
    await removeCopy(publishing.folder, item, publishing.epoch);
  }
}

/**
 * A hard link fails when the name is taken, which a rename does not. On file systems without links (exFAT, some shares) it
 * is the reservation that keeps other workers from the name between the look and the rename.
 */
async function linkOrRename(source: string, name: string): Promise<void> {
  try {
    return await link(source, name);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error;
  }
  if (await isThere(name)) throw Object.assign(new Error('name taken'), { code: 'EEXIST' });
  await rename(source, name);
}

/** Takes the name back when the folder is no longer where its path says: it was moved, or a link stands there. */
async function refuseStray(folder: Folder, path: string): Promise<void> {
  const ours = join(folder.reach, basename(path));
  const [here, there] = await Promise.all([lstat(ours), lstat(path).catch(() => null)]);
  if (there?.ino === here.ino && there.dev === here.dev) return;
  await rm(ours);
  throw new Failure('path', 'The folder was moved while the file was put into it. Look at the library, then retry.');
}

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

async function setMode(part: string, mode: number | null): Promise<void> {
  if (mode === null) return;
  await using handle = await open(part, 'r');
  await handle.chmod(mode);
  await handle.sync();
}

/** @param mode octal digits */
export const octal = (mode: string | null) => (mode === null ? null : Number.parseInt(mode, 8));

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
