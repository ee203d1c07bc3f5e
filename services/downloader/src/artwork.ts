import { type Egress, MOST_REDIRECTS, type Redirectable, redirectOf } from '@aniworld/egress';
import { request } from 'undici';

/** A picture that stands beside videos. */
export interface Artwork {
  bytes: Buffer;
  ext: 'jpg' | 'png' | 'webp';
}

/** Posters have less; anything larger is something else. */
const MOST_BYTES = 10 * 1024 * 1024;
const PATIENCE_MS = 10_000;
const ACCEPT = 'image/jpeg, image/png, image/webp';

/**
 * Fetches a picture, past the guard at each redirect.
 * @throws when it can't be had, is too large, or is no picture by its first bytes
 */
export async function fetchArtwork(
  egress: Pick<Egress, 'dispatcher'>,
  address: string,
  stop: AbortSignal,
): Promise<Artwork> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  let asked: Redirectable = { url: new URL(address), method: 'GET', headers: { accept: ACCEPT } };
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const { url, headers } = asked;
    const {
      statusCode,
      headers: replied,
      body,
    } = await request(url, { dispatcher: egress.dispatcher, headers, signal });
    const next = redirectOf(asked, statusCode, [replied.location].flat()[0]);
    if (next) {
      await body.dump({ limit: 64 * 1024 });
      asked = next;
      continue;
    }
    if (statusCode !== 200) throw new Error(`the picture’s server answers ${statusCode}`);
    return toArtwork(await readBody(body));
  }
  throw new Error('the picture is redirected again and again');
}

async function readBody(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > MOST_BYTES) throw new Error(`the picture has more than ${MOST_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function toArtwork(bytes: Buffer): Artwork {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return { bytes, ext: 'jpg' };
  if (bytes.subarray(1, 4).toString('latin1') === 'PNG') return { bytes, ext: 'png' };
  const riff = bytes.subarray(0, 4).toString('latin1') + bytes.subarray(8, 12).toString('latin1');
  if (riff === 'RIFFWEBP') return { bytes, ext: 'webp' };
  throw new Error('what came is no picture');
}
