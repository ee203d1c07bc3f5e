import { foldName } from '@aniworld/naming';
import { constants, existsSync } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/**
 * A folder below the library, held open. Its entries are reached through the open folder and not through its path: whoever
 * puts a link in the place of a folder above it leads nothing out of the library.
 */
export interface Folder extends AsyncDisposable {
  /** For calls of the file system only. */
  readonly reach: string;
  /** As people know it; with the names that folders had already, where they differ by case or by the form of accents. */
  readonly path: string;
  /** Makes its entries durable: a rename is on the disk only after this. */
  sync(): Promise<void>;
}

/** In each library folder: part files, reserved names, and what was recycled. Where it was and is missing, the disk is away. */
export const PARTS_FOLDER = '.aniworld';

/** Whether a library folder is there with its mark. @throws what the file system says, but for a folder that is missing */
export async function isMarked(root: string): Promise<boolean> {
  try {
    return (await stat(join(root, PARTS_FOLDER))).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** A folder can't be entered, in words for people. */
export class FolderError extends Error {}

/** Where open files have paths; elsewhere the paths themselves have to do. */
const HAS_PROC = existsSync('/proc/self/fd');
const OPEN = constants.O_RDONLY | constants.O_DIRECTORY;

/**
 * Opens a folder below `root`, making those that are missing, each durable before anything is put into it. A folder whose
 * name differs only by case or by the form of its accents is taken for the one that is meant.
 * @param mode rights of new folders; null: by the umask
 * @throws FolderError when a link or a file stands in the way
 */
export async function openFolder(root: string, names: readonly string[], mode: number | null): Promise<Folder> {
  let folder = toFolder(root, await open(root, OPEN));
  for (const name of names) {
    const parent = folder;
    try {
      folder = await enter(parent, name, mode);
    } finally {
      await parent[Symbol.asyncDispose]();
    }
  }
  return folder;
}

/** Opens a folder below `root` that is there already; null when it is not. @throws FolderError as `openFolder` */
export async function findFolder(root: string, names: readonly string[]): Promise<Folder | null> {
  let folder: Folder | null = toFolder(root, await open(root, OPEN));
  for (const name of names) {
    const parent: Folder = folder;
    try {
      folder = await openExisting(parent, name);
    } finally {
      await parent[Symbol.asyncDispose]();
    }
    if (!folder) return null;
  }
  return folder;
}

/** The names on the way from a library folder to a path; null when it leads elsewhere, or to what we keep there ourselves. */
export function namesTo(root: string, path: string): string[] | null {
  const names = relative(root, path).split(sep).filter(Boolean);
  return names.includes('..') || names[0] === PARTS_FOLDER ? null : names;
}

function toFolder(path: string, handle: FileHandle): Folder {
  return {
    path,
    reach: HAS_PROC ? `/proc/self/fd/${handle.fd}` : path,
    sync: () => handle.sync(),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** Tries to enter a folder that somebody moves away as soon as it is made. */
const MOST_TRIES = 5;

async function enter(parent: Folder, name: string, mode: number | null): Promise<Folder> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const there = (await openExisting(parent, name)) ?? (await openTwin(parent, name));
    if (there) return there;
    if (await make(parent, name)) {
      const made = await openExisting(parent, name);
      if (made && mode !== null) await chmod(made.reach, mode);
      await parent.sync();
      if (made) return made;
    }
  }
  throw new FolderError(`${join(parent.path, name)} is moved away again and again. Look at the library, then retry.`);
}

/** @returns false when another download of the series was faster */
async function make(parent: Folder, name: string): Promise<boolean> {
  try {
    await mkdir(join(parent.reach, name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

async function openTwin(parent: Folder, name: string): Promise<Folder | null> {
  const twin = twinsOf(name, await readdir(parent.reach))[0];
  return twin === undefined ? null : openExisting(parent, twin);
}

async function openExisting(parent: Folder, name: string): Promise<Folder | null> {
  try {
    return toFolder(join(parent.path, name), await open(join(parent.reach, name), OPEN | constants.O_NOFOLLOW));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code !== 'ENOTDIR' && code !== 'ELOOP') throw error;
    const path = join(parent.path, name);
    throw new FolderError(`${path} is a link or a file, and a folder is needed there. Move it away, then retry.`);
  }
}

/** Of `entries`, those that some file system takes for `name`, in a fixed order. */
export function twinsOf(name: string, entries: readonly string[]): string[] {
  const folded = foldName(name);
  // Folding is slow, and folders have thousands of entries that mostly differ by a digit of an episode's number.
  const plain = ASCII.test(name);
  return entries.filter((entry) => (plain ? mayFold(entry, folded) : true) && foldName(entry) === folded).sort();
}

const ASCII = /^[\0-\x7f]*$/;

/**
 * Whether a name may fold to this one, which is plain ASCII: then it has as many letters, and each that is plain ASCII itself is
 * the same but for its case. Looked at from the end, where names of episodes differ.
 */
function mayFold(name: string, folded: string): boolean {
  if (name.length !== folded.length) return false;
  for (let at = name.length - 1; at >= 0; at -= 1) {
    const code = name.charCodeAt(at);
    const small = code >= 65 && code <= 90 ? code + 32 : code;
    if (small < 128 && small !== folded.charCodeAt(at)) return false;
  }
  return true;
}
