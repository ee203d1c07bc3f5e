import type { Caller } from '@aniworld/chassis';
import type { ErrorCode, Message } from '@aniworld/contracts';

/** A connected browser or program, over Socket.IO or plain WebSocket alike. */
export interface Client {
  readonly id: string;
  readonly caller: Caller;
  readonly rooms: Set<string>;
  send(message: Message): void;
  /** Bytes that the client has not taken yet. */
  buffered(): number;
  /** Ends the connection; `code` says why, as the last thing that it hears. */
  cut(code: ErrorCode): void;
}

/** A client that leaves more than this lying is cut: it catches up by its last sequence number when it is back. */
export const MOST_BUFFERED = 1024 * 1024;
/** Rooms of one client. */
export const MOST_ROOMS = 100;
/** What a client may send at once and in a second; a page that joins all its rooms sends a dozen. */
const BURST = 100;
const PER_SECOND = 50;

/** A bucket of messages: says whether one more may be taken. */
export function rateLimit(now: () => number = () => performance.now()): () => boolean {
  let left = BURST;
  let at = now();
  return () => {
    const time = now();
    left = Math.min(BURST, left + ((time - at) / 1_000) * PER_SECOND);
    at = time;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
