import type { IncomingHttpHeaders } from 'node:http';

/** What a resource is known by: a strong entity tag with its quotes, and when it last changed (whole seconds). */
export type Validators = { etag: string; modified: Date };

/** A part of a representation: `from` up to, not including, `to`, in bytes. */
export type Span = { from: number; to: number };

/**
 * What a GET or HEAD asks for once its conditions are weighed:
 * `whole` (200), `part` (206), `unchanged` (304), `failed` (412), `unsatisfiable` (416).
 */
export type Selection = { kind: 'whole' | 'unchanged' | 'failed' | 'unsatisfiable' } | { kind: 'part'; span: Span };

/**
 * Weighs conditions and range in the order of RFC 9110 section 13.2.2. Range is defined for GET alone (section 14.2), and
 * one that is malformed, of another unit or of several parts is ignored, which the same section allows.
 */
export function select(method: string, headers: IncomingHttpHeaders, size: number, known: Validators): Selection {
  if (preconditionFails(headers, known)) return { kind: 'failed' };
  if (isUnchanged(headers, known)) return { kind: 'unchanged' };
  if (method !== 'GET' || headers.range === undefined) return { kind: 'whole' };
  const condition = headers['if-range'];
  if (typeof condition === 'string' && !rangeStillHolds(condition, known)) return { kind: 'whole' };
  const span = parseRange(headers.range, size);
  if (span === 'ignored') return { kind: 'whole' };
  return span === 'unsatisfiable' ? { kind: 'unsatisfiable' } : { kind: 'part', span };
}

/**
 * One byte range of RFC 9110 section 14.1.2: `bytes=2-5`, `bytes=2-`, or the suffix `bytes=-5`. A last position past the end
 * is cut to it; a first position past the end, and the suffix of length 0, can't be satisfied.
 */
export function parseRange(header: string, size: number): Span | 'ignored' | 'unsatisfiable' {
  const found = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header);
  const [, first = '', last = ''] = found ?? [];
  if (!found || (first === '' && last === '')) return 'ignored';
  if (first === '') return Number(last) === 0 ? 'unsatisfiable' : { from: Math.max(0, size - Number(last)), to: size };
  if (last !== '' && Number(last) < Number(first)) return 'ignored';
  if (Number(first) >= size) return 'unsatisfiable';
  return { from: Number(first), to: last === '' ? size : Math.min(size, Number(last) + 1) };
}

/** If-Match (section 13.1.1, strong comparison), and without it If-Unmodified-Since (section 13.1.4). */
function preconditionFails(headers: IncomingHttpHeaders, { etag, modified }: Validators): boolean {
  const match = headers['if-match'];
  if (match !== undefined) return !tagsOf(match).some((tag) => tag === '*' || tag === etag);
  const since = Date.parse(headers['if-unmodified-since'] ?? '');
  return modified.getTime() > since;
}

/** If-None-Match (section 13.1.2, weak comparison), and without it If-Modified-Since (section 13.1.3). */
function isUnchanged(headers: IncomingHttpHeaders, { etag, modified }: Validators): boolean {
  const none = headers['if-none-match'];
  if (none !== undefined) return tagsOf(none).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return modified.getTime() <= since;
}

/** If-Range (section 13.1.5): the same strong tag, or exactly the same date; a weak tag never holds. */
function rangeStillHolds(condition: string, { etag, modified }: Validators): boolean {
  if (/^(W\/)?"/.test(condition)) return condition === etag;
  return Date.parse(condition) === modified.getTime();
}

function tagsOf(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"|\*/g) ?? [];
}
