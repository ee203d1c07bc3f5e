import type { Egress } from '@aniworld/egress';
import { request } from 'undici';
import manifest from '../../package.json' with { type: 'json' };

const MOST_BYTES = 4 * 1_024 * 1_024;

/**
 * Asks a site's JSON interface. Redirects are not followed: the sites' documented addresses have none.
 * @param body sent as JSON by POST; without it the request is a GET
 * @returns the answer, or null for 404
 * @throws for any other status, an answer that is too large, and one that is no JSON
 */
export async function askJson(
  egress: Pick<Egress, 'dispatcher'>,
  url: URL,
  signal: AbortSignal,
  body?: object,
): Promise<unknown> {
  const response = await request(url, {
    dispatcher: egress.dispatcher,
    signal,
    method: body ? 'POST' : 'GET',
    headers: {
      'user-agent': `AniWorld/${manifest.version}`,
      accept: 'application/json',
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (response.statusCode !== 200) {
    await response.body.dump();
    if (response.statusCode === 404) return null;
    throw new Error(`${url.host} answered with status ${response.statusCode}`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error(`${url.host} answered with more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}
