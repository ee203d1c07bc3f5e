import type { HttpBinding } from '@aniworld/contracts';

export interface HttpCall {
  method: string;
  /** Below the API's mount point, with the query. */
  path: string;
  body?: string;
}

/**
 * How an operation's input travels: fields named in the path go there, the rest into the query of a `get` and into the JSON
 * body of everything else. Undefined fields are left out; an array becomes a repeated parameter.
 */
export function toHttpCall(http: HttpBinding, input: Record<string, unknown>): HttpCall {
  const rest = { ...input };
  const path = http.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name];
    if (value === undefined || value === '') throw new TypeError(`"${name}" is missing for ${http.path}`);
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  const method = http.method.toUpperCase();
  if (http.method === 'get') return { method, path: path + queryOf(rest) };
  return Object.keys(rest).length === 0 && http.method === 'delete'
    ? { method, path }
    : { method, path, body: JSON.stringify(rest) };
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
