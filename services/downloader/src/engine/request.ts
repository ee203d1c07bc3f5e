import { Agent, type Dispatcher, request } from 'undici';
import { Failure, toFailure } from '../failure.ts';

/** One connection pool a process. Silence for 30 s is a stall: far more than any live origin needs for a byte. */
const agent = new Agent({
  connections: 64,
  connect: { timeout: 10_000 },
  headersTimeout: 30_000,
  bodyTimeout: 30_000,
  keepAliveTimeout: 10_000,
  maxHeaderSize: 64 * 1024,
});

const MOST_REDIRECTS = 5;
/** Never sent to another origin than the one that they were meant for. */
const CREDENTIALS = /^(authorization|cookie|proxy-authorization)$/i;

export interface Reply {
  status: number;
  headers: Record<string, string | undefined>;
  body: Dispatcher.ResponseData['body'];
}

/**
 * One GET, its redirects followed, its status judged (RFC 9110 section 15).
 * @param range what of the file is wanted; `ifRange` makes the origin send all of it when the entity is another one
 * @returns a 200, 206 or 416; @throws Failure for everything else
 */
export async function get(
  url: string,
  options: { headers: Record<string, string>; range?: string; ifRange?: string | null },
  signal: AbortSignal,
): Promise<Reply> {
  const headers: Record<string, string> = {
    'user-agent': 'AniWorld',
    accept: '*/*',
    // A coded body has other bytes at other places: ranges and sizes would mean nothing.
    'accept-encoding': 'identity',
    ...options.headers,
    ...(options.range && { range: options.range }),
    ...(options.range && options.ifRange && { 'if-range': options.ifRange }),
  };
  let target = new URL(url);
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const reply = await send(target, headers, signal);
    const location = reply.headers.location;
    if (reply.status < 300 || reply.status > 399 || !location) return judged(reply);
    await reply.body.dump();
    const next = redirectTarget(target, location);
    if (next.origin !== target.origin) dropCredentials(headers);
    target = next;
  }
  throw new Failure('http_4xx', 'The source redirects in a circle. Look for another source.');
}

async function send(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Reply> {
  try {
    const { statusCode, headers: received, body } = await request(url, { dispatcher: agent, headers, signal });
    // An abort after the headers ends the body with an error that nobody else may be waiting for.
    body.on('error', () => undefined);
    return { status: statusCode, headers: flat(received), body };
  } catch (error) {
    signal.throwIfAborted();
    throw toFailure(error);
  }
}

function flat(headers: Record<string, string | string[] | undefined>): Reply['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

function redirectTarget(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href))
    throw new Failure('http_4xx', 'The source redirects to an address that is none.');
  const target = new URL(location, from);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new Failure('http_4xx', 'The source redirects to something that is neither http nor https.');
  }
  return target;
}

function dropCredentials(headers: Record<string, string>) {
  for (const name of Object.keys(headers)) if (CREDENTIALS.test(name)) delete headers[name];
}

function judged(reply: Reply): Reply {
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
  if (/^\s*\d{1,10}\s*$/.test(field)) return Number(field);
  // All three forms of a date begin with the day's name; without that, the parser takes "-5" for a year.
  const date = /^\s*[A-Za-z]{3,9},? /.test(field) ? Date.parse(field) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1_000));
}
