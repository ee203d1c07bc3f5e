import { isAbsolute, relative } from 'node:path';

/** What threads that walk need too, so nothing large may be imported here. */

/** Whether `path` is `folder` itself or below it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way));
}

/** What went wrong with a file or folder, for the user. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? `The server can’t use it (${code || 'unknown error'}).`;
}

const reasons: Record<string, string> = {
  ENOENT: 'It does not exist.',
  EEXIST: 'It is a file and not a folder.',
  ENOTDIR: 'It is a file and not a folder, or lies below one.',
  EACCES: 'The server may not read or write there.',
  EPERM: 'The server may not read or write there.',
  EROFS: 'It lies on a file system that can only be read.',
  ENOSPC: 'There is no space left there.',
  ENAMETOOLONG: 'A name in it is too long.',
  ELOOP: 'It leads around in a circle.',
  EIO: 'The disk reports an error.',
};
