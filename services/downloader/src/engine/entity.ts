import { Failure } from '../failure.ts';
import type { WireReply } from '../wire/wire.ts';

/** What a reply's header says of the entity behind it. */
export interface Entity {
  /** What the entity is known by, see `validatorOf`. */
  validator: string | null;
  /** Size of the whole entity in bytes, when it is told. */
  total: number | null;
  /** Where the body begins within it. */
  start: number;
  /** Where the body ends, exclusive; null when it isn't told. */
  end: number | null;
}

/** A 206 that can't be what was asked for. The file may still come whole, without a range. */
export class BadPart extends Failure {
  constructor(detail: string) {
    super('bad_content', detail);
  }
}

/**
 * Reads a 200 or 206.
 * @throws Failure `bad_content` for a coded body; BadPart for a part that says nothing of itself or contradicts itself
 */
export function readEntity(reply: WireReply): Entity {
  const coding = reply.headers['content-encoding']?.trim().slice(0, 100);
  if (coding && coding.toLowerCase() !== 'identity') {
    throw new Failure('bad_content', `The source sent a body coded as ${coding} although none was accepted.`);
  }
  const validator = validatorOf(reply.headers);
  if (reply.status === 206) return { validator, ...contentRange(reply) };
  const length = contentLength(reply.headers['content-length']);
  return { validator, total: length, start: 0, end: length };
}

/**
 * What an entity is known by: its ETag, else a Last-Modified that is at least a minute older than the answer (RFC 9110,
 * sections 8.8.2.2 and 8.8.3). null when it is known by nothing. A weak ETag (`W/"…"`) may be shared by two different bodies.
 */
export function validatorOf(headers: WireReply['headers'], now = Date.now()): string | null {
  const { etag, date, 'last-modified': modified } = headers;
  if (etag) return /^(W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/.test(etag) ? etag : null;
  if (!modified) return null;
  // An answer without a date has that of its coming (section 6.6.1).
  const age = (date === undefined ? now : Date.parse(date)) - Date.parse(modified);
  return age >= 60_000 ? modified : null;
}

/** The validator if two different bodies never share it, so that If-Range may carry it; else null. */
export function strong(validator: string | null): string | null {
  return validator?.startsWith('W/') ? null : validator;
}

/** RFC 9110 section 14.4. */
function contentRange(reply: WireReply): Pick<Entity, 'total' | 'start' | 'end'> {
  if (/^multipart\//i.test(reply.headers['content-type'] ?? '')) {
    throw new BadPart('The source sent several parts where one was asked for.');
  }
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(reply.headers['content-range']?.trim() ?? '');
  if (!match) throw new BadPart('The source sent a part of the file without saying which.');
  const [start, last, total] = [Number(match[1]), Number(match[2]), match[3] === '*' ? null : Number(match[3])];
  const length = contentLength(reply.headers['content-length']);
  if (last < start || (total !== null && last >= total) || (length !== null && length !== last - start + 1)) {
    throw new BadPart('The source contradicts itself about the part that it sent.');
  }
  return { start, end: last + 1, total };
}

/** A list of the same number counts as that number (RFC 9110 section 8.6). */
function contentLength(field: string | undefined): number | null {
  if (field === undefined) return null;
  const lengths = new Set(field.split(',').map((one) => one.trim()));
  const [length = ''] = lengths;
  if (lengths.size > 1 || !/^\d{1,15}$/.test(length)) {
    throw new Failure('bad_content', 'The source sent a length that is no number.');
  }
  return Number(length);
}
