import { MOST_REDIRECTS, type Redirectable, redirectOf, RefusedError } from '@aniworld/egress';
import { Failure } from '../failure.ts';
import type { Wire, WireReply } from '../wire/wire.ts';

/** What of a request is ours to say: a source's headers can't change it. */
const OURS = /^(accept-encoding|range|if-range|host|connection|content-length|transfer-encoding|te|upgrade)$/i;

export interface Ask {
  /** A source's own headers: a login, cookies. */
  headers: Record<string, string>;
  /** Bytes `[start, end)`; without an end, all from `start`; none: the whole file. */
  range?: { start: number; end: number | null };
  /** Makes the origin send all of the file when it is another one (RFC 9110 section 13.1.5): a strong validator. */
  ifRange?: string | null;
}

/**
 * One GET, its redirects followed by the one rule for all that fetches, its status judged (RFC 9110 section 15). Each redirect
 * is a request of its own, so its address is vetted like the first one's.
 * @returns a 200, 206 or 416; @throws Failure for everything else
 */
export async function get(wire: Wire, url: string, ask: Ask, signal: AbortSignal): Promise<WireReply> {
  const target = new URL(url);
  let asked: Redirectable = { url: withoutLogin(target), method: 'GET', headers: headersOf(target, ask) };
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const reply = await wire.send(asked.url, { method: 'GET', headers: asked.headers }, signal);
    const next = nextOf(asked, reply);
    if (!next) return judged(reply);
    reply.body.destroy();
    asked = next;
  }
  throw new Failure('http_4xx', 'The source redirects in a circle. Look for another source.');
}

function nextOf(asked: Redirectable, { status, headers, body }: WireReply): Redirectable | null {
  try {
    return redirectOf(asked, status, headers.location);
  } catch (error) {
    body.destroy();
    throw error instanceof RefusedError ? new Failure('http_4xx', error.message, { error }) : error;
  }
}

function headersOf(target: URL, { headers, range, ifRange }: Ask): Record<string, string> {
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    'user-agent': 'AniWorld',
    accept: '*/*',
    ...loginOf(target),
    ...Object.fromEntries(own.filter(([name]) => !OURS.test(name))),
    // A coded body has other bytes at other places: ranges and sizes would mean nothing.
    'accept-encoding': 'identity',
    ...(range && { range: `bytes=${range.start}-${range.end === null ? '' : range.end - 1}` }),
    ...(range && ifRange && { 'if-range': ifRange }),
  };
}

/** A name and password in the address are for its origin only (RFC 7617). */
function loginOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function withoutLogin(target: URL): URL {
  const url = new URL(target);
  url.username = '';
  url.password = '';
  return url;
}

function judged(reply: WireReply): WireReply {
  if (reply.status === 200 || reply.status === 206 || reply.status === 416) return reply;
  reply.body.destroy();
  const retryAfter = retryAfterSeconds(reply.headers['retry-after'], Date.now());
  const said = `The source answered ${reply.status}.`;
  if (reply.status === 404 || reply.status === 410) throw new Failure('gone');
  if (reply.status === 401 || reply.status === 403) throw new Failure('auth');
  if (reply.status === 429 || (reply.status === 503 && retryAfter !== null)) {
    throw new Failure('rate_limited', undefined, { retryAfter });
  }
  if (reply.status === 408) throw new Failure('timeout');
  if (reply.status >= 500) throw new Failure('http_5xx', `${said} It is tried again by itself.`, { retryAfter });
  throw new Failure('http_4xx', `${said} Look for another source.`);
}

/**
 * Seconds of a Retry-After field (RFC 9110 section 10.2.3): a number or a date; null when it is missing or neither. A
 * date in the past is 0. The caller caps it.
 */
export function retryAfterSeconds(field: string | undefined, now: number): number | null {
  if (!field) return null;
  if (/^\s*\d+\s*$/.test(field)) return Math.min(Number(field), Number.MAX_SAFE_INTEGER);
  // All three forms of a date begin with the day's name; without that, the parser takes "-5" for a year.
  const date = /^\s*[A-Za-z]{3,9},? /.test(field) ? Date.parse(field) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1_000));
}
