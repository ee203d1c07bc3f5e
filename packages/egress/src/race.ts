import type { Socket } from 'node:net';
import { isIPv6 } from 'node:net';

/** What RFC 8305 section 8 recommends between two attempts, in milliseconds. */
const ATTEMPT_DELAY_MS = 250;

/**
 * Connects to the first of several addresses that answers (RFC 8305): families in turn, an attempt more every 250 ms or as
 * soon as one has failed, all of them at the same time. The losers are closed.
 * @param open begins to connect to an address and returns at once
 * @throws the first attempt's error when all have failed, the signal's reason when it aborts
 */
export async function race(
  addresses: readonly string[],
  open: (address: string) => Socket,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const waiting = inTurns(addresses);
  const running = new Set<Socket>();
  const errors: Error[] = [];
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    clearTimeout(timer);
    const address = waiting.shift();
    if (address === undefined) {
      if (running.size === 0) reject(errors[0] ?? new Error('there is no address to connect to'));
      return;
    }
    const socket = open(address);
    running.add(socket);
    const failed = (error: Error) => {
      errors.push(error);
      running.delete(socket);
      next();
    };
    socket.once('error', failed).once('connect', () => resolve(socket.off('error', failed)));
    if (waiting.length > 0) timer = setTimeout(next, ATTEMPT_DELAY_MS);
  };
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    next();
    const winner = await promise;
    running.delete(winner);
    return winner;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    for (const socket of running) socket.on('error', () => undefined).destroy();
  }
}

/** IPv6 and IPv4 alternating, beginning with the family that the resolver prefers (RFC 8305 section 4). */
export function inTurns(addresses: readonly string[]): string[] {
  const first = isIPv6(addresses[0] ?? '');
  const preferred = addresses.filter((address) => isIPv6(address) === first);
  const others = addresses.filter((address) => isIPv6(address) !== first);
  return addresses.flatMap((_, at) => [preferred[at], others[at]].filter((address) => address !== undefined));
}
