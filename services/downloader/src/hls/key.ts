import { createDecipheriv, type Decipheriv } from 'node:crypto';
import { Failure } from '../failure.ts';
import type { Origin } from './origin.ts';
import type { SegmentKey } from './segment.ts';

/** AES-128: sixteen bytes, no more and no less. */
const KEY_BYTES = 16;

/** The keys of a stream, each asked for once, however many segments need it. */
export interface KeyRing {
  /** @throws Failure `bad_content` for what is no key; that of the request when there is none */
  decipher(key: SegmentKey, signal: AbortSignal): Promise<Decipheriv>;
}

export function openKeyRing(origin: Origin): KeyRing {
  const keys = new Map<string, Promise<Buffer>>();
  return {
    async decipher({ url, iv }, signal) {
      const known = keys.get(url) ?? fetchKey(origin, url, signal);
      keys.set(url, known);
      return createDecipheriv('aes-128-cbc', await known, iv);
    },
  };
}

async function fetchKey(origin: Origin, url: string, signal: AbortSignal): Promise<Buffer> {
  try {
    const { data } = await origin.read(url, 4_096, signal);
    if (data.length === KEY_BYTES) return data;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'gone') {
      throw new Failure('gone', 'The key of this stream is gone. Look for another source.', { error });
    }
    throw error;
  }
  throw new Failure('bad_content', 'What the source sent as the key of this stream is none. It may want a login.');
}
