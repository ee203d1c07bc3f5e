import { killPoint } from '@aniworld/chassis';
import { type Folder, PARTS_FOLDER } from '@aniworld/library';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Publishing } from './checkpoint.ts';
import { Failure } from './failure.ts';
import { hashFile } from './hash.ts';

/**
 * A folder of the library may lie on another file system than its part files. Then the file is copied there under a hidden
 * name, synced, read again and compared, before it gets its final name; the part file stays until then.
 */

/** How far one who copies has come, and whether it is still wanted. */
export interface Watching {
  progressed?: () => void;
  signal?: AbortSignal;
}

const PIECE = 1024 * 1024;

/**
 * Copies a part file into the folder of its final name. A note beside the part file tells the sweeper where the copy is.
 * @returns the copy's path, as reached through the folder
 * @throws Failure `checksum` when the copy is not what was copied
 */
export async function copyInto(
  folder: Folder,
  part: string,
  item: string,
  publishing: Publishing,
  { progressed, signal }: Watching,
): Promise<string> {
  const name = `.aniworld-${item}.${publishing.epoch}.copy`;
  const copy = join(folder.reach, name);
  await writeFile(notePath(publishing.folder, item, publishing.epoch), join(folder.path, name));
  await using source = await open(part, 'r');
  {
    await using target = await open(copy, 'w', 0o666);
    const buffer = Buffer.allocUnsafe(PIECE);
    for (let at = 0; ; ) {
      signal?.throwIfAborted();
      const { bytesRead } = await source.read(buffer, 0, PIECE, at);
      if (bytesRead === 0) break;
      await target.writeFile(buffer.subarray(0, bytesRead));
      at += bytesRead;
      progressed?.();
      await killPoint('publish.copying');
    }
    await target.chmod((await source.stat()).mode & 0o7777);
    await target.sync();
  }
  if ((await hashFile(copy, progressed, signal)) === publishing.sha256) return copy;
  throw new Failure('checksum', 'The copy in the library differs from what was fetched. It is tried again.');
}

/** Removes the copy of a lease, if there is one, and the note of it. */
export async function removeCopy(folder: string, item: string, epoch: number): Promise<void> {
  const note = notePath(folder, item, epoch);
  const copy = await readFile(note, 'utf8').catch(() => null);
  if (copy === null) return;
  if (copy.endsWith('.copy')) await rm(copy, { force: true });
  await rm(note, { force: true });
}

function notePath(folder: string, item: string, epoch: number): string {
  return join(folder, PARTS_FOLDER, `${item}.${epoch}.copying`);
}
