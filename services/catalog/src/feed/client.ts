import { fail } from '@aniworld/contracts';
import { type Egress, MOST_REDIRECTS, type Redirectable, redirectOf, refusalIn } from '@aniworld/egress';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import manifest from '../../package.json' with { type: 'json' };
import type { FeedDocument } from './document.ts';
import { parseFeedText } from './parse.ts';

/** Reads feeds and remembers them. */
export interface FeedClient {
  /**
   * The feed as it was at most `maxAgeMs` ago. What is older is asked for again with its validators (RFC 9110 section
   * 13.1), so that an unchanged feed costs the server nothing.
   * @throws PROVIDER_FAILED with a sentence
   */
  read(url: string, maxAgeMs: number, signal: AbortSignal): Promise<FeedDocument>;
}

const MOST_BYTES = 16 * 1_024 * 1_024;
/** One feed that is slow must not use up the time of a search over all of them, which has 8 s. */
const TIMEOUT_MS = 5_000;
/** Items remembered over all feeds, about a kilobyte each. */
const MOST_ITEMS = 50_000;

const headers = {
  'user-agent': `AniWorld/${manifest.version}`,
  accept: 'application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1',
  'accept-encoding': 'gzip, deflate, br',
};

interface Remembered {
  document: FeedDocument;
  etag: string | undefined;
  modified: string | undefined;
  checkedAt: number;
}

/** @param now a clock in milliseconds */
export function createFeedClient(egress: Pick<Egress, 'dispatcher'>, now: () => number): FeedClient {
  const known = new Map<string, Remembered>();
  return {
    async read(url, maxAgeMs, signal) {
      const before = known.get(url);
      if (before && now() - before.checkedAt <= maxAgeMs) return before.document;
      const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      try {
        const fresh = await fetchFeed(url, before, egress, within);
        remember(known, url, { ...fresh, checkedAt: now() });
        return fresh.document;
      } catch (error) {
        throw failureOf(url, error);
      }
    },
  };
}

class FeedError extends Error {}

async function fetchFeed(
  url: string,
  before: Remembered | undefined,
  egress: Pick<Egress, 'dispatcher'>,
  signal: AbortSignal,
) {
  const validators = {
    ...(before?.etag && { 'if-none-match': before.etag }),
    ...(before?.modified && { 'if-modified-since': before.modified }),
  };
  const asked = { url: new URL(url), method: 'GET', headers: { ...headers, ...validators } };
  const { response, base } = await follow(asked, egress, signal);
  const { statusCode, body } = response;
  if (statusCode === 304 && before) {
    await body.dump();
    return before;
  }
  if (statusCode !== 200) {
    await body.dump();
    throw new FeedError(`answered with status ${statusCode}`);
  }
  const bytes = await readBody(unpack(body, one(response.headers['content-encoding'])));
  const text = decode(bytes, one(response.headers['content-type']) ?? '');
  return {
    document: await parseFeedText(text, base, signal),
    etag: one(response.headers.etag),
    modified: one(response.headers['last-modified']),
  };
}

/** The answer at the end of all redirects, and where it came from: relative links start there. */
async function follow(
  first: Redirectable,
  egress: Pick<Egress, 'dispatcher'>,
  signal: AbortSignal,
): Promise<{ response: Dispatcher.ResponseData; base: string }> {
  let asked = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const { url, headers } = asked;
    const response = await request(url, { dispatcher: egress.dispatcher, signal, headers });
    const next = redirectOf(asked, response.statusCode, one(response.headers['location']));
    if (!next) return { response, base: url.href };
    await response.body.dump();
    asked = next;
  }
  throw new FeedError('sends on from one address to the next without end');
}

function unpack(body: Readable, coding: string | undefined): Readable {
  if (coding === undefined || coding === 'identity') return body;
  const unpacker = unpackers[coding]?.();
  if (!unpacker) throw new FeedError('is packed in a way that is not known here');
  // An error of either ends both, and reading the second one throws it.
  return pipeline(body, unpacker, () => undefined);
}

const unpackers: Record<string, () => Transform> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Counts decoded bytes, so that a small coded body can't become a large one. */
async function readBody(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new FeedError(`is larger than ${MOST_BYTES / 1_024 / 1_024} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const one = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);

/** In the character set of the byte order mark, the content type or the XML declaration; UTF-8 by default. */
function decode(bytes: Buffer, contentType: string): string {
  const declared = /^<\?xml[^>]*\bencoding=["']([\w-]+)["']/.exec(bytes.subarray(0, 200).toString('latin1'))?.[1];
  const named = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? declared ?? 'utf-8';
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : named;
  try {
    return new TextDecoder(marked).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function remember(known: Map<string, Remembered>, url: string, entry: Remembered) {
  known.delete(url);
  known.set(url, entry);
  let items = 0;
  for (const [key, { document }] of [...known].toReversed()) {
    items += document.items.length;
    if (items > MOST_ITEMS && key !== url) known.delete(key);
  }
}

function failureOf(url: string, error: unknown) {
  const host = URL.parse(url)?.host ?? url;
  const refused = refusalIn(error);
  const detail = refused ? `The feed at ${host}: ${refused.message}` : `The feed at ${host} ${whatHappened(error)}.`;
  return fail('PROVIDER_FAILED', { detail, cause: error });
}

function whatHappened(error: unknown): string {
  if (error instanceof FeedError) return error.message;
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError') return 'took too long';
  // Errors of sockets, of name resolution and of the HTTP client have codes; those of the parser have none.
  return 'code' in error ? 'could not be reached' : 'is not a feed in RSS or Atom';
}
