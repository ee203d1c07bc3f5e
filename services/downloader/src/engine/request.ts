import { Failure } from '../failure.ts';
import type { Wire, WireReply } from '../wire/wire.ts';

const MOST_REDIRECTS = 5;
/** All that another origin than the one they were meant for gets to see of a source's own headers. */
const HARMLESS = /^(user-agent|accept|accept-language|accept-encoding|range|if-range|referer|origin)$/i;
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
 * One GET, its redirects followed, its status judged (RFC 9110 section 15). Each redirect is a request of its own, so its
 * address is vetted like the first one's.
 * @returns a 200, 206 or 416; @throws Failure for everything else
 */
export async function get(wire: Wire, url: string, ask: Ask, signal: AbortSignal): Promise<WireReply> {
  let target = new URL(url);
  let headers = headersOf(target, ask);
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const reply = await wire.send(withoutLogin(target), { method: 'GET', headers }, signal);
    const location = reply.headers.location;
    if (reply.status < 300 || reply.status > 399 || !location) return judged(reply);
    reply.body.destroy();
    const next = redirectTarget(target, location);
    if (next.origin !== target.origin) headers = harmless(headers);
    target = next;
  }
  throw new Failure('http_4xx', 'The source redirects in a circle. Look for another source.');
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

const harmless = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS.test(name)));

function redirectTarget(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href))
    throw new Failure('http_4xx', 'The source redirects to an address that is none.');
  const target = new URL(location, from);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new Failure('http_4xx', 'The source redirects to something that is neither http nor https.');
  }
  return target;
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
