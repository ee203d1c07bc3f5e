import { type Behaviour, bodyLength, type Reply, withHeaders } from '../reply.ts';

/**
 * What Content-Length says while the whole body is sent and the connection then closed:
 *
 * - `short` and `long`: 50 bytes fewer and more than there are.
 * - `negative` and `garbage`: `-1`, and a word.
 * - `duplicated`: two headers, the true one and one 50 bytes short (RFC 9110 section 8.6: to be refused).
 * - `repeated`: two headers that say the same, which a client may accept.
 * - `with_chunked`: 50 bytes short beside Transfer-Encoding: chunked, which wins (RFC 9112 section 6.3, item 3).
 */
export type LengthLie = 'short' | 'long' | 'negative' | 'garbage' | 'duplicated' | 'repeated' | 'with_chunked';

const off = 50;

/** Lies about the length of every body. */
export function wrongLength(lie: LengthLie): Behaviour {
  return (_, next) => {
    const reply: Reply = { ...next(), ending: 'close' };
    const length = bodyLength(reply.body);
    const says = (...values: (string | number)[]): Reply => {
      const { headers } = withHeaders(reply, { 'Content-Length': undefined });
      return { ...reply, headers: [...headers, ...values.map((value) => ['Content-Length', String(value)] as const)] };
    };
    if (lie === 'short') return says(length - off);
    if (lie === 'long') return says(length + off);
    if (lie === 'negative') return says(-1);
    if (lie === 'garbage') return says('many');
    if (lie === 'duplicated') return says(length, length - off);
    if (lie === 'repeated') return says(length, length);
    return { ...says(length - off), chunked: 'whole' };
  };
}
