import { Failure } from '../failure.ts';
import type { Connection } from './connection.ts';

/** The head of a reply, as it stands there (RFC 9112 sections 4 and 5). */
export interface Head {
  /** 1.0 has other rules for a connection's end; everything else of HTTP/1 is read as 1.1. */
  version: '1.0' | '1.1';
  status: number;
  /** In their order; names in lower case, values without the spaces around them. */
  fields: (readonly [name: string, value: string])[];
}

const MOST_HEAD_BYTES = 64 * 1024;
const MOST_FIELDS = 200;
/** 100 Continue, 103 Early Hints: an origin that sends more of them than this means nothing good. */
const MOST_INTERIM = 16;

const STATUS_LINE = /^HTTP\/1\.(\d) (\d{3})(?: .*)?$/;
/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Reads heads until one that is final, and leaves the connection at the first byte after it.
 * @param ms for all of it, because one that comes byte by byte would never be silent
 * @returns null when the connection ended before the first byte; @throws Failure
 */
export async function readHead(connection: Connection, ms: number): Promise<Head | null> {
  const deadline = performance.now() + ms;
  for (let interim = 0; interim <= MOST_INTERIM; interim += 1) {
    const text = await readText(connection, deadline);
    if (text === null && interim === 0) return null;
    if (text === null) throw new Failure('network');
    const head = parseHead(text);
    if (head.status === 101) throw unreadable('it changes to a protocol that nobody asked for');
    if (head.status >= 200) return head;
  }
  throw unreadable('it never comes to its answer');
}

/** Up to and without the empty line; null at an end before the first byte. */
async function readText(connection: Connection, deadline: number): Promise<string | null> {
  let seen: Buffer = Buffer.alloc(0);
  for (;;) {
    const piece = await connection.next({ ms: Math.max(0, deadline - performance.now()), cause: 'timeout' });
    if (piece === null && seen.length === 0) return null;
    if (piece === null) throw new Failure('network');
    // Only a head that comes in parts is copied. Of the old part, the last bytes may belong to the empty line.
    const from = Math.max(0, seen.length - 3);
    seen = seen.length === 0 ? piece : Buffer.concat([seen, piece]);
    const end = endOfHead(seen, from);
    if ((end?.[0] ?? seen.length) > MOST_HEAD_BYTES) throw unreadable('its head is too long');
    if (end) {
      connection.unread(seen.subarray(end[1]));
      return seen.toString('latin1', 0, end[0]);
    }
    if (seen === piece) seen = Buffer.from(piece);
  }
}

/** Where the last field ends and where the body begins. A line may end without CR (RFC 9112 section 2.2). */
function endOfHead(seen: Buffer, from: number): [end: number, body: number] | null {
  for (let at = seen.indexOf(10, from); at !== -1; at = seen.indexOf(10, at + 1)) {
    if (seen[at + 1] === 10) return [at, at + 2];
    if (seen[at + 1] === 13 && seen[at + 2] === 10) return [at, at + 3];
  }
  return null;
}

/**
 * Reads the text of a head, without the empty line at its end. A field that goes on in the next line is joined by a space (RFC
 * 9112 section 5.2); whatever could be read in two ways is refused.
 * @throws Failure
 */
export function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const [, minor, status] = STATUS_LINE.exec(first) ?? [];
  if (!minor || !status || Number(status) < 100) throw unreadable('it does not begin with an HTTP status');
  const fields: [string, string][] = [];
  for (const line of lines) {
    // A lone CR or a zero byte ends a line for some readers and not for others.
    if (/[\r\0]/.test(line)) throw unreadable('its head has bytes that must not be there');
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      if (!last) throw unreadable('its first field has no name');
      last[1] = `${last[1]} ${trim(line)}`.trim();
    } else fields.push(parseField(line));
    if (fields.length > MOST_FIELDS) throw unreadable('its head has too many fields');
  }
  return { version: minor === '0' ? '1.0' : '1.1', status: Number(status), fields };
}

function parseField(line: string): [string, string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  if (!TOKEN.test(name)) throw unreadable('its head has a line that is no field');
  return [name.toLowerCase(), trim(line.slice(colon + 1))];
}

// Not String.trim: latin1 has other bytes that count as space there.
const trim = (value: string) => value.replace(/^[ \t]+|[ \t]+$/g, '');

/** All values of a field, split at commas (RFC 9110 section 5.6.1). */
export function listOf(head: Head, name: string): string[] {
  return head.fields
    .filter(([field]) => field === name)
    .flatMap(([, value]) => value.split(','))
    .map(trim);
}

/** A reply that breaks the protocol. Asking again brings the same. */
export function unreadable(what: string): Failure {
  return new Failure('bad_content', `The source’s reply can’t be read: ${what}. Look for another source.`);
}
