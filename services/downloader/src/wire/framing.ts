import { createChunked, type Framing } from './chunked.ts';
import { type Head, listOf, unreadable } from './head.ts';

/** How a reply's body is told from what comes after it, and what that means for the connection. */
export interface Framed {
  /** Null: there is no body. */
  framing: Framing | null;
  /** The connection can be asked again after the body. */
  keep: boolean;
  /** The length does not count (RFC 9112 section 6.3, rule 3), and must not be believed by anybody else. */
  dropLength: boolean;
}

/**
 * RFC 9112 section 6.3. A length that could be read in two ways and a coding that we did not ask for are refused; with both a
 * length and chunks the chunks count, and the connection is not used again.
 * @throws Failure
 */
export function frame(method: 'GET' | 'HEAD', head: Head): Framed {
  const coded = readCoding(head);
  const length = coded ? null : readLength(head);
  const dropLength = coded && head.fields.some(([name]) => name === 'content-length');
  const keep = persists(head) && !dropLength;
  if (method === 'HEAD' || head.status === 204 || head.status === 304) return { framing: null, keep, dropLength };
  if (coded) return { framing: createChunked(), keep, dropLength };
  if (length === 0) return { framing: null, keep, dropLength };
  if (length !== null) return { framing: createLength(length), keep, dropLength };
  return { framing: toTheEnd, keep: false, dropLength };
}

function readCoding(head: Head): boolean {
  const codings = listOf(head, 'transfer-encoding');
  if (codings.length === 0) return false;
  // 1.0 knows no codings: whoever passed this on may have changed the body without knowing of them (section 6.1).
  if (head.version === '1.0') throw unreadable('it is chunked in a version of HTTP that has no chunks');
  if (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked') throw unreadable('its transfer is coded');
  return true;
}

function readLength(head: Head): number | null {
  const [first, ...others] = listOf(head, 'content-length');
  if (first === undefined) return null;
  if (others.some((other) => other !== first)) throw unreadable('it has two lengths');
  if (!/^\d{1,19}$/.test(first) || !Number.isSafeInteger(Number(first))) throw unreadable('its length is no number');
  return Number(first);
}

/** RFC 9112 section 9.3. */
function persists(head: Head): boolean {
  const options = listOf(head, 'connection').map((option) => option.toLowerCase());
  if (options.includes('close')) return false;
  return head.version === '1.1' || options.includes('keep-alive');
}

function createLength(bytes: number): Framing {
  let left = bytes;
  return {
    endsWithConnection: false,
    take(piece) {
      const data = piece.length > left ? piece.subarray(0, left) : piece;
      left -= data.length;
      return { data, rest: left === 0 ? piece.subarray(data.length) : null };
    },
  };
}

const toTheEnd: Framing = {
  endsWithConnection: true,
  take: (piece) => ({ data: piece, rest: null }),
};
