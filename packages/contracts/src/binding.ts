import type { HttpBinding } from './define.ts';

/** Where a field of a request travels over HTTP. */
export type Place = 'path' | 'query' | 'body' | 'header';

/** Names of a route's path parameters, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!);
}

/**
 * Where a request's field travels: in the path or in a header when the route names it, else in the query of a `get` and in
 * the JSON body of everything else. The gateway, the typed client and the OpenAPI document all follow this one rule.
 */
export function placeOf(http: HttpBinding, field: string): Place {
  if (pathParameters(http.path).includes(field)) return 'path';
  if (http.if_match === field) return 'header';
  return http.method === 'get' ? 'query' : 'body';
}
