/**
 * Where a login leads back to. Only a path of this site is taken: anything else could send a fresh session to a stranger's page.
 */
export function returnPath(next: unknown): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return '/';
  return /^\/(login|setup)\b/.test(next) ? '/' : next;
}
