import { Failure } from '../failure.ts';
import type { Reply } from './request.ts';

/** What a reply's header says of the entity behind it. */
export interface Entity {
  /** What If-Range may carry, or null when nothing identifies the entity strongly. */
  validator: string | null;
  /** Size of the whole entity in bytes, when it is told. */
  total: number | null;
  /** Where the body begins within it. */
  start: number;
  /** Where the body ends, exclusive; null when it isn't told. */
  end: number | null;
}

/**
 * Reads a 200 or 206.
 * @throws Failure `bad_content` for coded bodies and for headers that contradict themselves
 */
export function readEntity(reply: Reply): Entity {
  const coding = reply.headers['content-encoding'];
  if (coding && coding.toLowerCase() !== 'identity') {
    throw new Failure('bad_content', `The source sent a body coded as ${coding} although none was accepted.`);
  }
  const validator = strongValidator(reply.headers);
  if (reply.status === 206) return { validator, ...contentRange(reply) };
  const length = contentLength(reply.headers['content-length']);
  return { validator, total: length, start: 0, end: length };
}

/**
 * A validator that two different bodies never share: a strong ETag, else a Last-Modified that is at least a minute older
 * than the answer (RFC 9110, sections 8.8.2.2 and 8.8.3).
 */
export function strongValidator(headers: Reply['headers']): string | null {
  const { etag, date, 'last-modified': modified } = headers;
  if (etag && /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(etag)) return etag;
  if (etag || !modified || !date) return null;
  return Date.parse(date) - Date.parse(modified) >= 60_000 ? modified : null;
}

/** RFC 9110 section 14.4. */
function contentRange(reply: Reply): Pick<Entity, 'total' | 'start' | 'end'> {
  if (/^multipart\//i.test(reply.headers['content-type'] ?? '')) {
    throw new Failure('bad_content', 'The source sent several parts where one was asked for.');
  }
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(reply.headers['content-range']?.trim() ?? '');
  if (!match) throw new Failure('bad_content', 'The source sent a part of the file without saying which.');
  const [start, last, total] = [Number(match[1]), Number(match[2]), match[3] === '*' ? null : Number(match[3])];
  const length = contentLength(reply.headers['content-length']);
  if (last < start || (total !== null && last >= total) || (length !== null && length !== last - start + 1)) {
    throw new Failure('bad_content', 'The source contradicts itself about the part that it sent.');
  }
  return { start, end: last + 1, total };
}

function contentLength(field: string | undefined): number | null {
  if (field === undefined) return null;
  if (!/^\d{1,15}$/.test(field)) throw new Failure('bad_content', 'The source sent a length that is no number.');
  return Number(field);
}

const TEXT_TYPES = /^(text\/html|application\/(xhtml\+xml|json|problem\+json))\b/i;
const MARKUP = /^(\ufeff|\s)*(<!doctype\s|<html|<head|<body|<\?xml[^>]*>\s*<(!doctype\s+html|html))/i;

/**
 * Tells a login page or an error message from a video, by the content type and the first bytes.
 * @throws Failure `bad_content`
 */
export function refuseText(reply: Reply, head: Buffer): void {
  const text = head.subarray(0, 512).toString('utf8');
  const json = /^\s*[{[]\s*("|\{|\]|\})/.test(text) && !text.includes('\0');
  if (TEXT_TYPES.test(reply.headers['content-type'] ?? '') || MARKUP.test(text) || json) {
    throw new Failure('bad_content', 'The source sent a page or a message, not a video. It may want a login.');
  }
}
