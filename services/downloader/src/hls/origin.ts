import { setTimeout as delay } from 'node:timers/promises';
import { readEntity } from '../engine/entity.ts';
import { Failure, toFailure } from '../failure.ts';
import type { ByteRange, FetchBytes, HlsJob } from './job.ts';

/** What a part of the stream is asked of, with the job's credentials and a few more tries. */
export interface Origin {
  /** A small thing as a whole. @param most bytes; more are refused */
  read(url: string, most: number, signal: AbortSignal): Promise<{ url: string; data: Buffer }>;
  /**
   * The bytes of an address or of a range of it, as they come. `begin` is called before the first byte of each try: what
   * came before is to be forgotten. Resolves when all that there is has come.
   */
  stream(
    from: { url: string; range: ByteRange | null },
    to: { begin(): Promise<void>; write(piece: Buffer): Promise<void> },
    signal: AbortSignal,
  ): Promise<void>;
}

/** Further tries of one request. What is still wrong then is left to the queue, which waits longer. */
const MORE_TRIES = 3;
/** Before the first of them; doubled with each. */
const WAIT_MS = 200;
/** An origin that ignores ranges sends all that lies before one; beyond this that would be most of the traffic. */
const MOST_SKIPPED = 64 * 1024 * 1024;
/** All that another origin than the source's gets to see of its headers. */
const HARMLESS = /^(user-agent|accept|accept-language|referer|origin)$/i;

export function openOrigin({ source, fetchBytes }: Pick<HlsJob, 'source' | 'fetchBytes'>): Origin {
  const home = new URL(source.url).origin;
  const harmless = Object.fromEntries(Object.entries(source.headers).filter(([name]) => HARMLESS.test(name)));
  const ask: FetchBytes = (url, { range }, signal) =>
    fetchBytes(
      url,
      { headers: new URL(url).origin === home ? source.headers : harmless, ...(range && { range }) },
      signal,
    );
  return {
    read: (url, most, signal) => again(() => readWhole(ask, url, most, signal), signal),
    stream: (from, to, signal) =>
      again(async () => {
        await to.begin();
        return streamOnce(ask, from, to.write, signal);
      }, signal),
  };
}

type Write = (piece: Buffer) => Promise<void>;

async function again<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const failure = toFailure(error);
      if (tries === MORE_TRIES || !helpsAgain(failure)) throw failure;
      await delay(WAIT_MS * 2 ** tries * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}

const helpsAgain = ({ reason }: Failure) =>
  reason === 'network' || reason === 'timeout' || reason === 'stalled' || reason === 'http_5xx';

async function readWhole(ask: FetchBytes, url: string, most: number, signal: AbortSignal) {
  const reply = await ask(url, { headers: {} }, signal);
  try {
    const expected = readEntity(reply).end;
    const pieces: Buffer[] = [];
    let length = 0;
    await reply.body.each((piece) => {
      length += piece.length;
      if (length > most)
        throw new Failure('bad_content', `The source sent more than ${most} bytes for ${pathOf(url)}.`);
      pieces.push(Buffer.from(piece));
    });
    if (expected !== null && length !== expected) throw new Failure('network');
    return { url: reply.url, data: Buffer.concat(pieces) };
  } finally {
    reply.body.destroy();
  }
}

async function streamOnce(
  ask: FetchBytes,
  { url, range }: { url: string; range: ByteRange | null },
  write: Write,
  signal: AbortSignal,
): Promise<void> {
  const reply = await ask(url, { headers: {}, ...(range && { range }) }, signal);
  try {
    const entity = readEntity(reply);
    const start = range?.start ?? 0;
    const end = range?.end ?? entity.end ?? Number.POSITIVE_INFINITY;
    if (entity.start > start || start - entity.start > MOST_SKIPPED || (entity.end !== null && entity.end < end)) {
      throw new Failure(
        'bad_content',
        `The source has not all of the bytes of ${pathOf(url)} that the playlist lists.`,
      );
    }
    let at = entity.start;
    await reply.body.each(async (piece) => {
      const wanted = piece.subarray(Math.max(0, start - at), Math.max(0, end - at));
      at += piece.length;
      if (wanted.length > 0) await write(wanted);
      return at < end;
    });
    if (at < end && end !== Number.POSITIVE_INFINITY) throw new Failure('network');
  } finally {
    reply.body.destroy();
  }
}

/** For a sentence: queries may hold keys. */
const pathOf = (url: string) => new URL(url).pathname;
