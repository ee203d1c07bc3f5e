import type { Caller } from '@aniworld/chassis';
import type { Frame } from './message.ts';

/** A connected browser or program, over Socket.IO or plain WebSocket alike. */
export interface Client {
  readonly id: string;
  readonly caller: Caller;
  /** Written by `rooms.ts` alone. */
  readonly rooms: Set<string>;
  send(frame: Frame): void;
  /** Bytes that the client has not taken yet. */
  buffered(): number;
  /** Ends the connection after a last message, as soon as the client has taken it. */
  close(last: Frame): void;
  /** Ends the connection at once, whatever has not been sent. */
  drop(): void;
}

/** Largest message of a client in bytes; the largest that makes sense is a join. */
export const MOST_MESSAGE_BYTES = 16 * 1024;
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
