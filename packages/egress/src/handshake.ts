import type { Duplex } from 'node:stream';

/** Longer answers of a proxy are none. */
const MOST_BYTES = 16 * 1_024;

/**
 * Reads exactly one message of a handshake; what came after it stays in the stream.
 * @param lengthOf how long the message is that begins with these bytes, or null while too few have come
 */
export async function readMessage(
  stream: Duplex,
  lengthOf: (bytes: Buffer) => number | null,
  signal: AbortSignal,
): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const length = lengthOf(bytes);
    if (length !== null && bytes.length >= length) {
      if (bytes.length > length) stream.unshift(bytes.subarray(length));
      return bytes.subarray(0, length);
    }
    if (bytes.length > MOST_BYTES) throw proxyError('The proxy sent more than an answer.');
    const chunk = stream.read() as Buffer | null;
    if (chunk) bytes = Buffer.concat([bytes, chunk]);
    else await readable(stream, signal);
  }
}

/** The code begins like those of the system's own connection errors, so that it is treated as one. */
export function proxyError(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code: 'ECONNPROXY' });
}

async function readable(stream: Duplex, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const ended = () => reject(proxyError('The proxy closed the connection.'));
  const aborted = () => reject(signal.reason);
  stream.once('readable', resolve).once('error', reject).once('end', ended).once('close', ended);
  signal.addEventListener('abort', aborted, { once: true });
  try {
    await promise;
  } finally {
    stream.off('readable', resolve).off('error', reject).off('end', ended).off('close', ended);
    signal.removeEventListener('abort', aborted);
  }
}
