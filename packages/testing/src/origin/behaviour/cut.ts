import { type Behaviour, bodyLength, cutBody, withHeaders } from '../reply.ts';

/**
 * `content_length`: the promised length is not kept. `chunked`: the last chunk is missing. `until_close`: no length at all, so that
 * only the end of the connection says where the body ends (RFC 9112 section 6.3, item 8).
 */
export type CutFraming = 'content_length' | 'chunked' | 'until_close';

/**
 * Ends the connection after `length` body bytes of each reply that would be longer; shorter replies pass. `ending` is how the
 * connection ends: `close` in order (FIN), `reset` by RST, which may also take bytes that the client hadn't read yet.
 */
export function cutsAfter(
  length: number,
  framing: CutFraming = 'content_length',
  ending: 'close' | 'reset' = 'close',
): Behaviour {
  return (_, next) => {
    const reply = next();
    if (bodyLength(reply.body) <= length) return reply;
    const cut = { ...reply, body: cutBody(reply.body, length), ending };
    if (framing === 'content_length') return cut;
    const unframed = withHeaders(cut, { 'Content-Length': undefined });
    return framing === 'chunked' ? { ...unframed, chunked: 'unfinished' } : unframed;
  };
}

/** Sends every body whole, but in chunks and without its length. */
export function chunkedBody(): Behaviour {
  return (_, next) => ({ ...withHeaders(next(), { 'Content-Length': undefined }), chunked: 'whole' });
}
