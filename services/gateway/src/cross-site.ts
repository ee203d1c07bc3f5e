import { fail } from '@aniworld/contracts';
import type { RequestHandler } from 'express';

export interface Provenance {
  /** `Sec-Fetch-Site` (W3C Fetch Metadata); browsers send it over HTTPS and to localhost. */
  fetchSite: string | undefined;
  /** `Origin` (RFC 6454); browsers send it with everything but simple reads. */
  origin: string | undefined;
  /** The server's own name and port, as the browser sees it. */
  host: string | undefined;
}

/**
 * Whether a page of another site has sent the request. What carries neither header comes from no browser and can't have
 * been tricked by one. `Sec-Fetch-Site` decides where it is present, because a reverse proxy may have changed the host.
 */
export function isCrossSite({ fetchSite, origin, host }: Provenance): boolean {
  if (fetchSite !== undefined) return fetchSite !== 'same-origin' && fetchSite !== 'none';
  if (origin === undefined) return false;
  // "null" is a page without an origin of its own: a sandboxed frame, a file.
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses changes that another site's page asks for. */
export function refuseCrossSite(): RequestHandler {
  return (request, _response, next) => {
    const provenance = {
      fetchSite: request.get('sec-fetch-site'),
      origin: request.get('origin'),
      host: request.host,
    };
    if (!SAFE_METHODS.has(request.method) && isCrossSite(provenance)) throw fail('CROSS_SITE');
    next();
  };
}
