import type { NameReading } from '@aniworld/contracts';
import { parseName } from '@aniworld/filename';
import { relative } from 'node:path';
import { type ExtraKind, extraKind } from './extra.ts';
import type { FoundFile, Walked } from './walk.ts';

/** A file with what its name says. Without anything of the database, so that a thread can read names too. */
export interface NamedFile extends FoundFile {
  reading: NameReading;
  /** What it is when it is no episode. */
  extra: ExtraKind | null;
}

/** What the name of a file says, its folders below the library folder included. */
export const readName = (root: string, path: string): NameReading => parseName(relative(root, path));

/** Reads the names of all files in folders that have changed. */
export function readNames(root: string, walked: Walked): Walked<NamedFile> {
  const named = (file: FoundFile): NamedFile => {
    const below = relative(root, file.path);
    return { ...file, reading: parseName(below), extra: extraKind(below) };
  };
  return {
    ...walked,
    changed: walked.changed.map((folder) => ({ ...folder, files: folder.files?.map(named) ?? null })),
  };
}
