import { killPoint } from '@aniworld/chassis';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Publishing } from './checkpoint.ts';
import { Failure } from './failure.ts';
import { numbered } from './naming.ts';
import { partPath, syncFolder } from './part.ts';

/**
 * How a part file gets its final name.
 *
 *   data synced -> fenced row `publishing` -> link under the final name, never over a file -> folder synced -> part
 *   unlinked -> fenced row `completed` with its event
 *
 * A crash between any two leaves the row `publishing`, which nobody claims; `settlePublishing` decides it from what is
 * on the disk. At no moment does the final name hold anything but the whole file.
 */

/** Names for one file that are tried before giving up. */
const MOST_NAMES = 1_000;

/**
 * Chooses the final path: the template's, or the first numbered one that is free or holds this very file.
 * @throws Failure `path` when it would leave the library folder
 */
export async function choosePath(
  folder: string,
  relative: string,
  file: { size: number; sha256: string },
): Promise<string> {
  const root = resolve(folder);
  for (let n = 1; n <= MOST_NAMES; n += 1) {
    const path = join(root, numbered(relative, n));
    if (!path.startsWith(root + sep)) throw new Failure('path', 'The naming template leads out of the library folder.');
    if (!(await exists(path)) || (await holds(path, file))) return path;
  }
  throw new Failure('path', 'A thousand files of this name are there already.');
}

/**
 * Links the part file under its final name.
 * @returns false when the name was taken by another file meanwhile: choose again
 */
export async function publishPart(item: string, publishing: Publishing): Promise<boolean> {
  const part = partPath(publishing.folder, item, publishing.epoch);
  await mkdir(dirname(publishing.path), { recursive: true });
  try {
    await linkOrRename(part, publishing.path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (!(await holds(publishing.path, publishing))) return false;
  }
  await killPoint('publish.named');
  await syncFolder(dirname(publishing.path));
  await rm(part, { force: true });
  return true;
}

export type Settlement = 'published' | 'again';

/**
 * Decides what a crash left: the file stands under its final name, or the part file is whole and gets it now, or neither
 * is true and the item is fetched again.
 */
export async function settlePublishing(item: string, publishing: Publishing): Promise<Settlement> {
  if (await holds(publishing.path, publishing)) {
    await syncFolder(dirname(publishing.path));
    await rm(partPath(publishing.folder, item, publishing.epoch), { force: true });
    return 'published';
  }
  if (await exists(publishing.path)) return 'again';
  if (!(await holds(partPath(publishing.folder, item, publishing.epoch), publishing))) return 'again';
  return (await publishPart(item, publishing)) ? 'published' : 'again';
}

/** SHA-256 of a file, read through once; `onRead` is called for each piece. */
export async function hashFile(path: string, onRead?: () => void, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, ...(signal && { signal }) })) {
    hash.update(chunk);
    onRead?.();
  }
  return hash.digest('hex');
}

async function holds(path: string, file: { size: number; sha256: string }): Promise<boolean> {
  try {
    const { size } = await stat(path);
    return size === file.size && (await hashFile(path)) === file.sha256;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * A hard link fails when the name is taken, which a rename does not. File systems without links (exFAT, some shares) get
 * an exclusive marker beside the name instead, so that of two workers only one renames.
 */
async function linkOrRename(part: string, path: string): Promise<void> {
  try {
    return await link(part, path);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error;
  }
  const marker = `${part}.naming`;
  const handle = await open(marker, 'wx');
  try {
    if (await exists(path)) throw Object.assign(new Error('name taken'), { code: 'EEXIST' });
    await rename(part, path);
  } finally {
    await handle.close();
    await rm(marker, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
