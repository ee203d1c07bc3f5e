import { sharing } from '@aniworld/chassis';
import { type Folder, openFolder } from '@aniworld/library';
import { lstat, readdir, stat } from 'node:fs/promises';

/** A folder below the library that downloads which end at the same time hold open together. */
export interface SharedFolder extends Folder {
  /** The names in it, at a moment after the call. */
  entries(): Promise<string[]>;
  /** Whether its path still leads to it, at a moment after the call. */
  inPlace(): Promise<boolean>;
}

interface Open extends Omit<SharedFolder, typeof Symbol.asyncDispose> {
  close: () => Promise<void>;
}

interface Entry {
  opening: Promise<Open>;
  users: number;
}

/** Folders that this process has open. */
const entries = new Map<string, Entry>();

/**
 * As `openFolder`, but one that another download has open is not opened, listed and synced once more for each: a season of
 * small files would spend its time on nothing else.
 * @throws FolderError
 */
export async function enterFolder(root: string, names: readonly string[], mode: number | null): Promise<SharedFolder> {
  const key = JSON.stringify([root, names, mode]);
  for (;;) {
    const known = entries.get(key);
    const entry = known ?? { opening: open(root, names, mode), users: 0 };
    entries.set(key, entry);
    entry.users += 1;
    const leave = () => leaveFolder(key, entry);
    try {
      const opened = await entry.opening;
      if (!known || (await opened.inPlace())) return { ...opened, [Symbol.asyncDispose]: leave };
    } catch (error) {
      await leave();
      throw error;
    }
    // It was moved. Who has it open finds that out; others must not enter it.
    if (entries.get(key) === entry) entries.delete(key);
    await leave();
  }
}

async function leaveFolder(key: string, entry: Entry): Promise<void> {
  entry.users -= 1;
  if (entry.users > 0) return;
  if (entries.get(key) === entry) entries.delete(key);
  await entry.opening.then((opened) => opened.close()).catch(() => undefined);
}

async function open(root: string, names: readonly string[], mode: number | null): Promise<Open> {
  const folder = await openFolder(root, names, mode);
  const { path, reach } = folder;
  const close = async () => folder[Symbol.asyncDispose]();
  try {
    const own = await stat(reach);
    return {
      ...{ path, reach, close },
      entries: sharing(() => readdir(reach)),
      inPlace: sharing(() => leadsTo(path, own)),
      sync: sharing(() => folder.sync()),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function leadsTo(path: string, { dev, ino }: { dev: number; ino: number }): Promise<boolean> {
  const there = await lstat(path).catch(() => null);
  return there?.dev === dev && there.ino === ino;
}
