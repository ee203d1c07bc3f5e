import { PARTS_FOLDER, twinsOf } from '@aniworld/library';
import { foldName, numbered } from '@aniworld/naming';
import { createHash } from 'node:crypto';
import { readFile, readlink, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { Failure } from './failure.ts';
import { hashFile } from './hash.ts';
import { enterFolder, type SharedFolder } from './shared-folder.ts';
import type { Lease } from './store/lease.ts';

/** A final name that nobody else takes while it is held. Disposal lets go of it; by then a file stands under it, or none will. */
export interface Reservation extends AsyncDisposable {
  /** Absolute path. */
  readonly path: string;
  /** The folder that the name is in, open as long as the reservation lasts. */
  readonly folder: SharedFolder;
}

/** Names for one file that are tried before giving up. */
const MOST_NAMES = 1_000;

export interface Wanted {
  /** The library folder. */
  folder: string;
  /** The path below it that the template gives. */
  relative: string;
  lease: Lease;
  file: { size: number; sha256: string };
  /** Paths whose files will make room. */
  replaced: readonly string[];
  folderMode: number | null;
}

/**
 * Reserves the template's path, or the first numbered one that is free or holds this very file. A name is taken too by one
 * that differs only by case or by the form of its accents, and by one that another worker has reserved.
 * @throws Failure `path`
 */
export async function reserveName(wanted: Wanted): Promise<Reservation> {
  await using opened = new AsyncDisposableStack();
  const names = wanted.relative.split('/');
  const file = names.pop()!;
  const folder = opened.use(await enterFolder(wanted.folder, names, wanted.folderMode));
  for (let n = 1; n <= MOST_NAMES; n += 1) {
    const path = join(folder.path, numbered(file, n));
    await using marked = await mark(markerOf(wanted.folder, path), wanted.lease);
    if (!marked || !(await isFree(folder, path, wanted))) continue;
    opened.use(marked.move());
    const owned = opened.move();
    return { path, folder, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  }
  throw new Failure('path', 'A thousand files of this name are there already.');
}

/** Whether nothing stands under a name that some file system takes for this one, or this very file does. */
async function isFree(folder: SharedFolder, path: string, { file, replaced }: Wanted): Promise<boolean> {
  const twins = twinsOf(basename(path), await folder.entries()).map((name) => join(folder.path, name));
  const others = twins.filter((twin) => !replaced.includes(twin));
  return others.length === 0 || (others[0] === path && (await holds(path, file)));
}

/** Lets go of what a lost worker had reserved. */
export async function releaseName(folder: string, path: string, lease: Lease): Promise<void> {
  await unmark(markerOf(folder, path), lease);
}

/** Whether a file is this one, by its size and its bytes. */
export async function holds(path: string, file: { size: number; sha256: string }): Promise<boolean> {
  try {
    const { size } = await stat(path);
    return size === file.size && (await hashFile(path)) === file.sha256;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Beside the part files, so that all workers see it; one name for all spellings of a path. */
function markerOf(folder: string, path: string): string {
  const name = createHash('sha256')
    .update(foldName(relative(folder, path)))
    .digest('hex')
    .slice(0, 32);
  return join(folder, PARTS_FOLDER, `${name}.name`);
}

const textOf = ({ id, lease_epoch }: Lease) => `${id}.${lease_epoch}`;

/** @returns what lets go of it; null when another item has it. An earlier lease of the same one gives way. */
async function mark(marker: string, lease: Lease): Promise<AsyncDisposableStack | null> {
  if (!(await make(marker, lease)) && !(await takeOver(marker, lease))) return null;
  const held = new AsyncDisposableStack();
  held.defer(() => unmark(marker, lease));
  return held;
}

/** Where the file system has them it is a symbolic link that leads to its holder's name: made, read and removed in one call each. */
async function make(marker: string, lease: Lease): Promise<boolean> {
  try {
    await symlink(textOf(lease), marker);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (!WITHOUT_LINKS.has(code)) throw error;
  }
  return makeFile(marker, lease);
}

/** exFAT and some shares. */
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES']);

async function makeFile(marker: string, lease: Lease): Promise<boolean> {
  try {
    await writeFile(marker, textOf(lease), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // On a full disk the marker is made and stays empty.
    await rm(marker, { force: true });
    throw error;
  }
}

async function holderOf(marker: string): Promise<string> {
  try {
    return await readlink(marker);
  } catch (error) {
    return codeOf(error) === 'EINVAL' ? readFile(marker, 'utf8').catch(() => '') : '';
  }
}

/** @returns false too when somebody takes it in that moment */
async function takeOver(marker: string, lease: Lease): Promise<boolean> {
  const holder = await holderOf(marker);
  if (!holder.startsWith(`${lease.id}.`)) return false;
  await rm(marker, { force: true });
  return make(marker, lease);
}

async function unmark(marker: string, lease: Lease): Promise<void> {
  if ((await holderOf(marker)) === textOf(lease)) await unlink(marker).catch(() => undefined);
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
