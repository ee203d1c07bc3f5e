import { Failure } from '../failure.ts';

export interface WireRequest {
  method: 'GET' | 'HEAD';
  /** Those of the connection and of the message's framing are ours and are left out. */
  headers: Record<string, string>;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible characters, spaces and latin1: a line's end would begin a field of its own, or another request. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const OURS =
  /^(host|connection|keep-alive|proxy-connection|transfer-encoding|content-length|te|trailer|upgrade|expect)$/i;

/**
 * The text of a request (RFC 9112 sections 3 and 5), to be written as latin1. User name and password of the URL are not sent.
 * @throws Failure when a field can't be written
 */
export function writeRequest(url: URL, { method, headers }: WireRequest): string {
  const lines = [`${method} ${url.pathname}${url.search} HTTP/1.1`, `host: ${url.host}`];
  for (const [name, value] of Object.entries(headers)) {
    if (OURS.test(name)) continue;
    if (!TOKEN.test(name) || !VALUE.test(value)) {
      throw new Failure('http_4xx', 'A header that the source needs can’t be sent. Correct the provider’s settings.');
    }
    lines.push(`${name}: ${value}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
