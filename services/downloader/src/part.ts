import { PARTS_FOLDER } from '@aniworld/library';
import { constants } from 'node:fs';
import { copyFile, type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Checkpoint } from './checkpoint.ts';
import { enterLibrary, hasSeen } from './library.ts';

/** A file under way: `<library>/.aniworld/<item>.<epoch>.part`. Its name carries the epoch: no two leases share one. */
export interface Part extends AsyncDisposable {
  readonly path: string;
  readonly handle: FileHandle;
  /** Data is on the disk when this resolves. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export function partPath(folder: string, item: string, epoch: number): string {
  return join(folder, PARTS_FOLDER, `${item}.${epoch}.part`);
}

/** A folder beside the part file, for what an engine needs besides: `<library>/.aniworld/<item>.<epoch>.parts`. */
export function scratchPath(folder: string, item: string, epoch: number): string {
  return `${partPath(folder, item, epoch)}s`;
}

/** Removes what a lease has in a library folder. */
export async function removePart(folder: string, item: string, epoch: number): Promise<void> {
  await rm(partPath(folder, item, epoch), { force: true });
  await rm(scratchPath(folder, item, epoch), { recursive: true, force: true });
}

/**
 * Opens the part file of a new lease, with the bytes of the checkpoint's file when there are some.
 *
 * A file that was let go of cleanly is renamed. One whose worker was lost is copied (shared blocks where the file system
 * can): that worker may only be asleep with the file open, and what it writes on waking must not reach ours.
 * @param known whether the library has files in this folder already, so that it must be there
 * @returns `kept: false` when the checkpoint's file was gone and the fetch starts anew
 * @throws Failure `permission` while the library folder is away
 */
export async function openPart(
  folder: string,
  item: { id: string; lease_epoch: number },
  checkpoint: Checkpoint | null,
  known = false,
): Promise<{ part: Part; kept: boolean }> {
  const path = partPath(folder, item.id, item.lease_epoch);
  // Of a first lease nothing can be left, and where the file can be made the library folder is there.
  const fresh = item.lease_epoch === 1 && hasSeen(folder) ? await open(path, FRESH, 0o666).catch(ifMissing) : null;
  if (fresh) return { part: createPart(path, fresh), kept: false };
  await enterLibrary(folder, known);
  const kept = checkpoint !== null && checkpoint.folder === folder && (await takeOver(item.id, checkpoint, path));
  if (item.lease_epoch > 1) await removeOlder(dirname(path), item);
  return { part: createPart(path, await open(path, kept ? constants.O_RDWR : FRESH, 0o666)), kept };
}

const FRESH = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC;

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function createPart(path: string, handle: FileHandle): Part {
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await handle.close();
  };
  return { path, handle, sync: () => handle.datasync(), close, [Symbol.asyncDispose]: close };
}

async function takeOver(item: string, checkpoint: Checkpoint, path: string): Promise<boolean> {
  const old = partPath(checkpoint.folder, item, checkpoint.epoch);
  try {
    // A second name is that of the library: nothing may be written there any more.
    if (checkpoint.clean && (await stat(old)).nlink === 1) {
      await rename(old, path);
      await rename(`${old}s`, `${path}s`).catch(() => undefined);
    } else {
      await copyFile(old, path, constants.COPYFILE_FICLONE);
      await rm(old, { force: true });
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** What earlier leases of the item left without a checkpoint that knows it. */
async function removeOlder(parts: string, item: { id: string; lease_epoch: number }): Promise<void> {
  for (const name of await readdir(parts)) {
    const epoch = /\.(\d+)\.parts?$/.exec(name)?.[1];
    if (name.startsWith(`${item.id}.`) && Number(epoch) < item.lease_epoch)
      await rm(join(parts, name), { recursive: true, force: true });
  }
}
