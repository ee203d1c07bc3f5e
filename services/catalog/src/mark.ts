import { isMarked, PARTS_FOLDER } from '@aniworld/library';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from './disk.ts';
import type { RootRow } from './store/root.ts';
import { listPlaces } from './walk.ts';

/**
 * Whether a library folder is there. Its folder `.aniworld` is the mark (docs/decisions/0009): the downloader keeps its part
 * files in it, it is made once and never removed. Where it was seen and is missing, the disk is not mounted, and nothing of
 * what was known there has gone.
 */
export type Presence = { places: Set<string>; marked: boolean; away: null } | { away: string };

const KEPT = 'What was known there is kept.';

/**
 * Looks at a library folder before it is walked, and marks it when it is seen with files for the first time: an empty one
 * may be the place where a disk is mounted later.
 * @param known whether files are known in it
 */
export async function enterRoot(root: string, before: RootRow, known: boolean): Promise<Presence> {
  try {
    const places = await listPlaces(root);
    const marked = await isMarked(root);
    if (before.marked && !marked)
      return {
        away: `It is not mounted: its folder ${PARTS_FOLDER} is missing. ${KEPT} If this is the library, make a folder ${PARTS_FOLDER} in it.`,
      };
    if (places.size === 0 && known)
      return { away: 'It is empty, but files were known there. They are kept until the folder has any again.' };
    if (places.size === 0) return { places, marked: false, away: null };
    return { places, marked: marked || (await mark(root)), away: null };
  } catch (error) {
    return { away: `${reasonOf(error)} ${KEPT}` };
  }
}

/** A library that can only be read stays without; then only an empty folder tells that its disk is away. */
async function mark(root: string): Promise<boolean> {
  return mkdir(join(root, PARTS_FOLDER)).then(
    () => true,
    () => false,
  );
}
