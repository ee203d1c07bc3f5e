import type { HttpBinding, Rpc } from './define.ts';
import { allOperations, subjectOf } from './index.ts';

/** An operation that HTTP reaches. */
export type RoutedRpc = Rpc & { http: HttpBinding };

/**
 * Every operation with a route, ordered so that a path comes before those whose parameters would swallow it:
 * `/anime/rescan` before `/anime/{id}`.
 */
export function routes(): RoutedRpc[] {
  return allOperations()
    .filter((op): op is RoutedRpc => op.http !== undefined)
    .sort((a, b) => comparePaths(a.http.path, b.http.path) || a.http.method.localeCompare(b.http.method));
}

/** One line a route, `METHOD path access -> subject`: the list that a review of what is exposed reads. */
export function routeTable(): string[] {
  return routes().map(({ http, ...op }) => {
    const method = http.method.toUpperCase().padEnd(6);
    return `${method} ${http.path.padEnd(24)} ${http.access.padEnd(6)} -> ${subjectOf(op)}`;
  });
}

// A parameter sorts behind every literal: "{" is above all letters in code point order, which is why this isn't by locale.
function comparePaths(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
