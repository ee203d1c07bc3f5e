import type { Place } from '@aniworld/chassis';
import type { ErrorCode } from '@aniworld/contracts';
import type { Client } from './client.ts';
import { errorFrame, type Frame } from './message.ts';

/**
 * Bytes that may wait for a client. Above the first it is dropped at once; above the second when it stays there for some looks. It
 * catches up by its last sequence number when it is back, so dropping it loses nothing, and keeping it would fill the memory.
 */
export const MOST_AT_ONCE = 4 * 1024 * 1024;
const MOST_FOR_LONG = 1024 * 1024;
const LOOKS = 3;
const LOOK_MS = 1_000;
/** Who is told to go has so long to hear it, in milliseconds. */
const LAST_WORD_MS = 1_000;

/** Who is in which room. */
export interface Rooms extends Disposable {
  readonly clients: ReadonlySet<Client>;
  add(client: Client): void;
  remove(client: Client): void;
  join(client: Client, room: string): void;
  leave(client: Client, room: string): void;
  send(client: Client, frame: Frame): void;
  /** Sends to everybody in the message's room. */
  broadcast(frame: Frame): void;
  /** Ends a client's connection, saying why. */
  cut(client: Client, code: ErrorCode): void;
  /** Clients in each room that has any. */
  counts(): Record<string, number>;
}

/** @param place where the feed is, for what is said to a client that is cut */
export function createRooms(place: Place): Rooms {
  const clients = new Set<Client>();
  const members = new Map<string, Set<Client>>();
  const leave = (client: Client, room: string) => {
    client.rooms.delete(room);
    const inside = members.get(room);
    if (inside?.delete(client) && inside.size === 0) members.delete(room);
  };
  const remove = (client: Client) => {
    clients.delete(client);
    for (const room of client.rooms) leave(client, room);
  };
  const drop = (client: Client) => {
    remove(client);
    client.drop();
  };
  const send = (client: Client, frame: Frame) => {
    if (client.buffered() > MOST_AT_ONCE) drop(client);
    else client.send(frame);
  };
  const looking = watchSlow(clients, drop);
  return {
    ...{ clients, remove, leave, send },
    add: (client) => void clients.add(client),
    join(client, room) {
      client.rooms.add(room);
      members.set(room, (members.get(room) ?? new Set()).add(client));
    },
    broadcast(frame) {
      for (const client of members.get(frame.message.room ?? '') ?? []) send(client, frame);
    },
    cut(client, code) {
      remove(client);
      client.close(errorFrame(code, place));
      setTimeout(() => client.drop(), LAST_WORD_MS).unref();
    },
    counts: () => Object.fromEntries([...members].map(([room, inside]) => [room, inside.size])),
    [Symbol.dispose]: () => clearInterval(looking),
  };
}

function watchSlow(clients: Set<Client>, drop: (client: Client) => void) {
  const seen = new WeakMap<Client, number>();
  return setInterval(() => {
    for (const client of clients) {
      const looks = client.buffered() > MOST_FOR_LONG ? (seen.get(client) ?? 0) + 1 : 0;
      seen.set(client, looks);
      if (looks >= LOOKS) drop(client);
    }
  }, LOOK_MS);
}
