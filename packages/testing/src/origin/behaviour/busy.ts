import { type Behaviour, literal, withHeaders } from '../reply.ts';

/**
 * How long the client is told to stay away (RFC 9110 section 10.2.3): a number of seconds, a date so many seconds from now (negative
 * for the past), ten years, a word that means nothing, or not at all.
 */
export type RetryAfter = { seconds: number } | { dateIn: number } | 'ten_years' | 'garbage' | 'none';

/** Answers 429 or 503 with this Retry-After; wrap it in `firstRequests` to let the client in later. */
export function busy(status: 429 | 503, retryAfter: RetryAfter = 'none'): Behaviour {
  return () => withHeaders(literal(status, 'text/plain', 'Not now\n'), { 'Retry-After': say(retryAfter) });
}

function say(retryAfter: RetryAfter): string | undefined {
  if (retryAfter === 'none') return undefined;
  if (retryAfter === 'garbage') return 'soonish';
  if (retryAfter === 'ten_years') return String(10 * 365 * 86_400);
  if ('seconds' in retryAfter) return String(retryAfter.seconds);
  return new Date(Date.now() + retryAfter.dateIn * 1000).toUTCString();
}

/** Answers any other status, without a body worth reading: 404, 410, 500, 502. */
export function fails(status: number): Behaviour {
  return () => literal(status, 'text/plain', `${status}\n`);
}
