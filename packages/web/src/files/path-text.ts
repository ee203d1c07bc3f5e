/** The folder of a path on the server, without a slash at the end. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
}

export function nameOf(path: string): string {
  return path.slice(folderOf(path).length + 1);
}

/**
 * The folders that all of these files lie in, the narrowest first, without the library folders themselves and what is above
 * them: those hold other series too.
 */
export function sharedFolders(paths: readonly string[], libraries: readonly string[]): string[] {
  const shared: string[] = [];
  const separator = paths[0]?.includes('/') ? '/' : '\\';
  const above = (folder: string) =>
    libraries.some((library) => `${library}${separator}`.startsWith(`${folder}${separator}`));
  for (let folder = folderOf(paths[0] ?? ''); folder !== '' && !above(folder); folder = folderOf(folder))
    if (paths.every((path) => path.startsWith(`${folder}${separator}`))) shared.push(folder);
  return shared;
}

/** The part of both paths that is the same folder, and what follows it of each. */
export function sameStart(one: string, other: string): { folder: string; rest: [string, string] } {
  let folder = folderOf(one);
  while (folder !== '' && !other.startsWith(`${folder}/`)) folder = folderOf(folder);
  const cut = folder === '' ? 0 : folder.length + 1;
  return { folder, rest: [one.slice(cut), other.slice(cut)] };
}
