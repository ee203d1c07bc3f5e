import { fail, type Place, type Rpc } from '@aniworld/contracts';
import express, { type Request, type RequestHandler } from 'express';
import { type Coercion, coercions } from './coercion.ts';

/** Far above what any operation needs: 10,000 ids are 400 kB. */
const BODY_LIMIT = '1mb';
const JSON_TYPES = ['application/json', 'application/*+json'];

const parseJson = express.json({ limit: BODY_LIMIT, strict: false, type: JSON_TYPES });

/** Reads a JSON body into `request.body`. @throws UNSUPPORTED_MEDIA_TYPE for any other, also for a form. */
export const readBody: RequestHandler = (request, response, next) => {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && !Number(length)) return next();
  if (!request.is(JSON_TYPES)) throw fail('UNSUPPORTED_MEDIA_TYPE');
  parseJson(request, response, next);
};

/** One field as it came. */
interface Given {
  name: string;
  place: Place;
  value: unknown;
}

type Errors = { path: string; message: string }[];

/**
 * A reader of one operation's input: the path's parameters, the query, the entity tag, and for everything but a `get` the
 * body's fields.
 * Only the request's own fields are taken, which also makes `__proto__` and its like harmless.
 * @throws INVALID_REQUEST for a single value that is given twice, in one place or in two, and for a body that is no object.
 */
export function inputReader(op: Rpc): (request: Request) => Record<string, unknown> {
  const fields = coercions(op);
  return (request) => {
    const errors: Errors = [];
    const given = [...textsOf(op, request, fields, errors), ...bodyOf(request, fields)];
    const places = new Map<string, Place>();
    for (const { name, place } of given) {
      const other = places.get(name);
      if (other) errors.push({ path: name, message: `Given in the ${other} and in the ${place}` });
      places.set(name, place);
    }
    if (errors.length > 0) throw fail('INVALID_REQUEST', { errors });
    return Object.fromEntries(given.map(({ name, value }) => [name, value]));
  };
}

function textsOf({ http }: Rpc, request: Request, fields: Map<string, Coercion>, errors: Errors): Given[] {
  const query = new URLSearchParams(/\?.*$/s.exec(request.originalUrl)?.[0]);
  const inPath = Object.entries(request.params).map(([name, value]) => [name, 'path', [value].flat()] as const);
  const inQuery = [...new Set(query.keys())].map((name) => [name, 'query', query.getAll(name)] as const);
  const tags = http?.if_match ? tagsOf(request.get('if-match')) : [];
  const inHeader = tags.length > 0 ? [[http?.if_match ?? '', 'header', tags] as const] : [];
  return [...inPath, ...inQuery, ...inHeader].flatMap(([name, place, texts]) => {
    const coercion = fields.get(name);
    if (!coercion) return [];
    if (texts.length > 1 && !coercion.many) errors.push({ path: name, message: 'Given more than once' });
    return [{ name, place, value: coercion.apply(texts) }];
  });
}

/**
 * The tags of an `If-Match` without their quotes; none for `*`, which any state satisfies. Weak ones count too: a proxy that
 * compresses weakens tags on the way, and ours name a version and not its bytes.
 */
function tagsOf(header: string | undefined): string[] {
  if (header === undefined || header.trim() === '*') return [];
  const tags = [...header.matchAll(/(?:W\/)?"([^"]*)"/g)].map((tag) => tag[1]!);
  return tags.length > 0 ? tags : [header.trim()];
}

function bodyOf(request: Request, fields: Map<string, Coercion>): Given[] {
  const body: unknown = request.body;
  if (body === undefined) return [];
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw fail('INVALID_REQUEST', { errors: [{ path: '', message: 'The body must be a JSON object' }] });
  }
  const known = Object.entries(body).filter(([name]) => fields.has(name));
  return known.map(([name, value]) => ({ name, place: 'body', value }));
}
