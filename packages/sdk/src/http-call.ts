import { type HttpBinding, type Place, pathParameters, placeOf } from '@aniworld/contracts';

export interface HttpCall {
  method: string;
  /** Below the API's mount point, with the query. */
  path: string;
  body?: string;
  headers?: Record<string, string>;
}

/**
 * How an operation's input travels, each field in the place that `placeOf` names. Undefined fields are left out; an array in
 * the query becomes a repeated parameter.
 */
export function toHttpCall(http: HttpBinding, input: Record<string, unknown>): HttpCall {
  const fields = (place: Place) =>
    Object.fromEntries(Object.entries(input).filter(([name]) => placeOf(http, name) === place));
  const method = http.method.toUpperCase();
  const path = fillPath(http.path, fields('path')) + queryOf(fields('query'));
  const body = fields('body');
  const [tag] = Object.values(fields('header')).filter((value) => value !== undefined);
  const headers = tag !== undefined && { headers: { 'if-match': `"${String(tag)}"` } };
  const bodyless = http.method === 'get' || (http.method === 'delete' && Object.keys(body).length === 0);
  return { method, path, ...headers, ...(!bodyless && { body: JSON.stringify(body) }) };
}

function fillPath(path: string, fields: Record<string, unknown>): string {
  return pathParameters(path).reduce((filled, name) => {
    const value = fields[name];
    if (value === undefined || value === '') throw new TypeError(`"${name}" is missing for ${path}`);
    return filled.replace(`{${name}}`, () => encodeURIComponent(String(value)));
  }, path);
}

function queryOf(fields: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) query.append(name, String(one));
    }
  }
  return query.size === 0 ? '' : `?${query}`;
}
