import { createHash } from 'node:crypto';
import { type Entity, type Exchange, literal, type OriginFile, type Reply, withHeaders } from './reply.ts';
import type { Seed } from './seeded.ts';

/** A part of a file: `from` up to, not including, `to`. */
export type Range = { from: number; to: number };

/** The file as an honest server knows it: a strong tag and a date, both following from seed and size. */
export function entityOf(file: Pick<OriginFile, 'seed' | 'size'>): Entity {
  const { seed, size } = file;
  return { seed, size, type: 'video/mp4', etag: tagOf(seed, size), lastModified: dateOf(seed) };
}

/**
 * Serves an entity as RFC 9110 sections 13 and 14 want it: single ranges of a GET with 206, 416 past the end, the whole file when
 * If-Range names something else. What the entity lacks (tag, date) isn't sent and never matches.
 */
export function honest({ request, entity }: Exchange): Reply {
  const asked = request.method === 'GET' ? request.headers.get('range') : undefined;
  const range =
    asked !== undefined && rangeStillHolds(request.headers.get('if-range'), entity)
      ? parseRange(asked, entity.size)
      : undefined;
  if (range === undefined) return whole(entity);
  return range === 'unsatisfiable' ? refuseRange(entity) : partial(entity, range);
}

/** 200 with all of an entity. */
export function whole(entity: Entity): Reply {
  return ranged(entity, { from: 0, to: entity.size }, 200, {});
}

/** 206 with a part of an entity. */
export function partial(entity: Entity, { from, to }: Range): Reply {
  return ranged(entity, { from, to }, 206, { 'Content-Range': `bytes ${from}-${to - 1}/${entity.size}` });
}

/** The range that a request asks for, as far as it is a single one that a server could satisfy. */
export function rangeOf({ request, entity }: Exchange): Range | undefined {
  const asked = request.headers.get('range');
  const range = asked === undefined ? undefined : parseRange(asked, entity.size);
  return range === 'unsatisfiable' ? undefined : range;
}

function ranged(entity: Entity, { from, to }: Range, status: number, more: Record<string, string>): Reply {
  const body = [{ kind: 'seeded', seed: entity.seed, from, to }] as const;
  return withHeaders(
    { status, headers: [], body, ending: 'keep' },
    {
      'Content-Type': entity.type,
      'Content-Length': String(to - from),
      'Accept-Ranges': 'bytes',
      ETag: entity.etag,
      'Last-Modified': entity.lastModified,
      ...more,
    },
  );
}

function refuseRange(entity: Entity): Reply {
  return withHeaders(literal(416, 'text/plain', ''), { 'Content-Range': `bytes */${entity.size}`, ETag: entity.etag });
}

function parseRange(header: string, size: number): Range | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === undefined || last === undefined || first + last === '') return undefined;
  if (first === '') return Number(last) === 0 ? 'unsatisfiable' : { from: Math.max(0, size - Number(last)), to: size };
  if (Number(first) >= size) return 'unsatisfiable';
  const to = last === '' ? size : Math.min(size, Number(last) + 1);
  return Number(first) < to ? { from: Number(first), to } : undefined;
}

/** If-Range compares strongly: a weak tag never holds (RFC 9110 section 13.1.5). */
function rangeStillHolds(condition: string | undefined, { etag, lastModified }: Entity): boolean {
  if (condition === undefined) return true;
  return condition === lastModified || (condition === etag && !condition.startsWith('W/'));
}

function tagOf(seed: Seed, size: number): string {
  return `"${digest(`${seed}:${size}`).toString('hex').slice(0, 16)}"`;
}

/** A date within the first half of 2026, so that it is strong: well before any test runs. */
function dateOf(seed: Seed): string {
  const second = digest(String(seed)).readUInt32BE(0) % (180 * 86_400);
  return new Date(Date.UTC(2026, 0, 1) + second * 1000).toUTCString();
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
