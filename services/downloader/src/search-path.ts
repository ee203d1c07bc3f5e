import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where a program is. @param name a path that is absolute, or a name to look for @returns null when it can't be run */
export function findProgram(name: string, searchPath: string): string | null {
  if (isAbsolute(name)) return canRun(name) ? name : null;
  if (name.includes('/')) return null;
  const folders = searchPath.split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find(canRun) ?? null;
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
