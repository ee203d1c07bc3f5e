import { type FSWatcher, watch } from 'node:fs';
import { isHidden, isVideo } from './walk.ts';

/**
 * A watch on each of many folders, by the system's own means (inotify on Linux): Node's recursive watching takes one for
 * each file there, a hundred thousand instead of two, and reads the whole tree while the process stands still.
 */
export interface Watches extends Disposable {
  /** Watches these folders and no others; gives those that are new. */
  set(folders: ReadonlyMap<string, Place>): Place[];
  /** Why not all of them are watched, in a sentence; null when they are. */
  trouble(): string | null;
}

/** Where a folder lies. */
export interface Place {
  root: string;
  place: string;
}

/** At 1.5 KiB each. */
const MOST = 50_000;

/** @param onChange a file or folder in that place may have been added, changed or removed */
export function createWatches(onChange: (at: Place) => void): Watches {
  const watching = new Map<string, FSWatcher>();
  let refused: string | null = null;
  const end = (path: string) => {
    watching.get(path)?.close();
    watching.delete(path);
  };
  const begin = (path: string, at: Place): boolean => {
    try {
      const watcher = watch(path, { persistent: false }, (type, name) => {
        if (isOfInterest(type, name)) onChange(placeOfName(at, path, name));
      });
      // It is gone; the folder above tells.
      watcher.on('error', () => end(path));
      watching.set(path, watcher);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOSPC' || code === 'EMFILE') refused = LIMITS[code];
      return false;
    }
  };
  return {
    set(folders) {
      const fresh: Place[] = [];
      refused = null;
      for (const path of watching.keys()) if (!folders.has(path)) end(path);
      for (const [path, at] of folders) {
        if (watching.has(path) || refused !== null) continue;
        if (watching.size >= MOST) refused = `more than ${MOST} are not watched`;
        else if (begin(path, at)) fresh.push(at);
      }
      if (refused !== null)
        refused = `${watching.size} of ${folders.size} folders are watched for changes: ${refused}.`;
      return fresh;
    },
    trouble: () => refused && `${refused} What changes in the others is found by the next scan.`,
    [Symbol.dispose]() {
      for (const path of [...watching.keys()]) end(path);
    },
  };
}

const LIMITS = {
  ENOSPC: 'the system allows no more (raise fs.inotify.max_user_watches)',
  EMFILE: 'the system allows no more (raise fs.inotify.max_user_instances)',
};

/** Something new or gone may be a folder, whatever it is called; what only changed must be a video. */
function isOfInterest(type: string, name: string | null): boolean {
  if (name === null) return true;
  return !isHidden(name) && (type === 'rename' || isVideo(name));
}

/** In the root itself, the name says which place: it may be a new one. */
function placeOfName(at: Place, folder: string, name: string | null): Place {
  if (folder !== at.root || name === null) return at;
  return { root: at.root, place: isVideo(name) ? '' : name };
}
