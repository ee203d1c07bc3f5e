import { Failure } from '../failure.ts';
import type { ByteRange } from './job.ts';

/** AES-128 with CBC and PKCS7 padding over a whole segment (RFC 8216 section 5.2). */
export interface SegmentKey {
  url: string;
  iv: Buffer;
}

/** What is fetched in one request. */
export interface Piece {
  url: string;
  range: ByteRange | null;
  key: SegmentKey | null;
}

export interface Segment extends Piece {
  /** The initialisation section that it needs (EXT-X-MAP); null: it needs none. */
  map: Piece | null;
  /** Media sequence number. */
  sequence: number;
  seconds: number;
  /** EXT-X-DISCONTINUITY: time stamps or codecs are others than before. */
  breaks: boolean;
}

/**
 * Takes out what a playlist lists twice. Timestamps run on within a stretch, so the same bytes can't come again there: a
 * direct repetition is left out, ranges that overlap are cut to what is new.
 * @throws Failure `bad_content` when bytes come again out of their order, which no reading of the list makes whole
 */
export function withoutRepeats(segments: Segment[]): { segments: Segment[]; left: number } {
  const kept: Segment[] = [];
  const seen = new Map<string, ByteRange | null>();
  let left = 0;
  for (const segment of segments) {
    if (segment.breaks) seen.clear();
    const fresh = freshPart(segment, kept.at(-1), seen);
    if (!fresh) {
      left += 1;
      continue;
    }
    seen.set(placeOf(segment), segment.range);
    kept.push(fresh);
  }
  return { segments: kept, left };
}

/** A range continues its resource; without one, the resource itself may come only once. */
const placeOf = ({ url, range }: Segment) => (range ? `range ${url}` : url);

function freshPart(segment: Segment, before: Segment | undefined, seen: Map<string, ByteRange | null>): Segment | null {
  const place = placeOf(segment);
  if (!seen.has(place)) return segment;
  const last = seen.get(place);
  if (!segment.range || !last) {
    if (before?.url === segment.url) return null;
    throw repeated(segment);
  }
  const { start, end } = segment.range;
  if (start >= last.end) return segment;
  if (start === last.start && end === last.end) return null;
  // Cut inside, an encrypted range could not be decrypted.
  if (start < last.start || end <= last.end || segment.key) throw repeated(segment);
  return { ...segment, range: { start: last.end, end } };
}

const repeated = ({ sequence }: Segment) =>
  new Failure('bad_content', `The playlist lists the bytes of segment ${sequence} twice. Look for another source.`);
