import { RefusedError } from './refusal.ts';

/** A request as far as redirects change it. */
export interface Redirectable {
  url: URL;
  method: string;
  /** Names in lower case. */
  headers: Record<string, string>;
}

/** What says nothing about the user and so may go to another origin. */
const HARMLESS = /^(accept|accept-.*|user-agent|range|if-.*|cache-control|pragma)$/;
const STATUSES = new Set([301, 302, 303, 307, 308]);
/** How many in a row anybody should follow; what browsers and curl take as a loop is between 20 and 50. */
export const MOST_REDIRECTS = 10;

/**
 * What is asked after an answer with this status, or null when it is no redirect (RFC 9110 section 15.4). To another origin go
 * no credentials: no cookie, no authorization, and no header that somebody made up, which may be a key. The new target is
 * vetted when it is dialled.
 * @param location the header as it came
 * @throws RefusedError for a missing or unreadable location and for schemes other than http and https
 */
export function redirectOf(asked: Redirectable, status: number, location: string | undefined): Redirectable | null {
  if (!STATUSES.has(status)) return null;
  const url = location === undefined ? null : URL.parse(location, asked.url.href);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new RefusedError('The source sends on to an address that is not fetched.');
  }
  const same = url.origin === asked.url.origin;
  // Chosen by who redirects, never by the user.
  url.username = same ? asked.url.username : '';
  url.password = same ? asked.url.password : '';
  const becomesGet = status === 303 ? asked.method !== 'HEAD' : status < 303 && asked.method === 'POST';
  const kept = Object.entries(asked.headers).filter(([name]) => {
    if (becomesGet && name.startsWith('content-')) return false;
    return name !== 'host' && (same || HARMLESS.test(name));
  });
  const headers = { ...Object.fromEntries(kept), ...(!same && refererOf(asked, url)) };
  return { url, method: becomesGet ? 'GET' : asked.method, headers };
}

/** Where the user came from without its path, which may hold a token; nothing when the way becomes readable to others. */
function refererOf({ headers: { referer } }: Redirectable, to: URL): Record<string, string> {
  const from = referer === undefined ? null : URL.parse(referer);
  if (!from || (from.protocol === 'https:' && to.protocol === 'http:')) return {};
  return { referer: `${from.origin}/` };
}
