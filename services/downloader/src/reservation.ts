import { PARTS_FOLDER, twinsOf } from '@aniworld/library';
import { foldName, numbered } from '@aniworld/naming';
import { createHash } from 'node:crypto';
import { link, lstat, readdir, readFile, readlink, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Failure } from './failure.ts';
import { hashFile } from './hash.ts';
import { partPath } from './part.ts';
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
  /** Its part file is whole. */
  lease: Lease;
  /** Whether the lease is held for certain, without a question to anybody. */
  isHeld: () => boolean;
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
  const { lease, isHeld } = wanted;
  const part = partPath(wanted.folder, lease.id, lease.lease_epoch);
  const names = wanted.relative.split('/');
  const file = names.pop()!;
  const folder = opened.use(await enterFolder(wanted.folder, names, wanted.folderMode));
  for (let n = 1; n <= MOST_NAMES; n += 1) {
    const path = join(folder.path, numbered(file, n));
    await using marked = await mark({ path: markerOf(wanted.folder, path), part, name: path, lease }, isHeld);
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
  const marker = {
    path: markerOf(folder, path),
    part: partPath(folder, lease.id, lease.lease_epoch),
    name: path,
    lease,
  };
  if (await isOurs(marker)) await unlink(marker.path).catch(() => undefined);
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

/** What reserves a name. */
interface Marker {
  path: string;
  /** The lease's part file. */
  part: string;
  /** The final name that it stands for. */
  name: string;
  lease: Lease;
}

const textOf = ({ id, lease_epoch }: Lease) => `${id}.${lease_epoch}`;

/** @returns what lets go of it; null when another item has it. An earlier lease of the same one gives way. */
async function mark(marker: Marker, isHeld: () => boolean): Promise<AsyncDisposableStack | null> {
  if (!(await make(marker)) && !(await takeOver(marker))) return null;
  const held = new AsyncDisposableStack();
  held.defer(async () => {
    // Nobody takes it from a lease that holds.
    if (isHeld() || (await isOurs(marker))) await unlink(marker.path).catch(() => undefined);
  });
  return held;
}

/** A second name of the part file, where the file system has links: that makes no file and says whose it is. */
async function make(marker: Marker): Promise<boolean> {
  try {
    await link(marker.part, marker.path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (!WITHOUT_LINKS.has(code)) throw error;
  }
  return makeFile(marker);
}

/** exFAT and some shares; a file that has as many names as it can. */
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES', 'EMLINK']);

async function makeFile({ path, lease }: Marker): Promise<boolean> {
  try {
    await writeFile(path, textOf(lease), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // On a full disk the marker is made and stays empty.
    await rm(path, { force: true });
    throw error;
  }
}

/** @returns false too when somebody takes it in that moment */
async function takeOver(marker: Marker): Promise<boolean> {
  const there = await lookAt(marker.path);
  if (!there) return make(marker);
  const own = await partsOf(marker);
  // Already ours: the part file of an earlier lease was taken over with its marker.
  if (there.file !== null && there.file === (await fileOf(marker.part))) return true;
  const isEarlier = there.text?.startsWith(`${marker.lease.id}.`) || (there.file !== null && own.has(there.file));
  if (!isEarlier && !there.orphan) return false;
  await rm(marker.path, { force: true });
  return make(marker);
}

async function isOurs({ path, part, name, lease }: Marker): Promise<boolean> {
  const there = await lookAt(path);
  if (!there) return false;
  if (there.text !== null) return there.text === textOf(lease);
  return there.orphan || there.file === (await fileOf(part)) || there.file === (await fileOf(name));
}

interface Seen {
  /** Of a marker that is a file of its own, or the symbolic link of an earlier version: item and epoch. */
  text: string | null;
  /** Of one that is another name of a file: which one. */
  file: string | null;
  /** Another name of a part file that is gone: nobody holds it. */
  orphan: boolean;
}

/** Longer is no text of ours. */
const MOST_TEXT = 64;

async function lookAt(marker: string): Promise<Seen | null> {
  try {
    const stats = await lstat(marker);
    if (stats.isSymbolicLink()) return { text: await readlink(marker), file: null, orphan: false };
    if (stats.nlink > 1) return { text: null, file: nameOf(stats), orphan: false };
    const text = stats.size <= MOST_TEXT ? await readFile(marker, 'utf8') : '';
    return TEXT.test(text) ? { text, file: null, orphan: false } : { text: null, file: null, orphan: true };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

const TEXT = /^[0-9a-f-]{36}\.\d+$/;

const nameOf = ({ dev, ino }: { dev: number; ino: number }) => `${dev}.${ino}`;

async function fileOf(path: string): Promise<string | null> {
  return lstat(path).then(nameOf, () => null);
}

/** Part files of all leases of the item that are still there. */
async function partsOf({ part, lease }: Marker): Promise<Set<string | null>> {
  const folder = dirname(part);
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${lease.id}.`) && name.endsWith('.part'));
  return new Set(await Promise.all(names.map((name) => fileOf(join(folder, name)))));
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
