import type { Message } from '@aniworld/contracts';
import { type Client, MOST_BUFFERED } from './client.ts';

/** Who is in which room. */
export interface Rooms {
  readonly clients: ReadonlySet<Client>;
  add(client: Client): void;
  remove(client: Client): void;
  join(client: Client, room: string): void;
  leave(client: Client, room: string): void;
  /** Sends to everybody in the message's room. Slow clients are cut, so that nothing piles up here. */
  broadcast(message: Message): void;
  /** Clients in each room that has any. */
  counts(): Record<string, number>;
}

export function createRooms(): Rooms {
  const clients = new Set<Client>();
  const members = new Map<string, Set<Client>>();
  const leave = (client: Client, room: string) => {
    client.rooms.delete(room);
    const inside = members.get(room);
    if (inside?.delete(client) && inside.size === 0) members.delete(room);
  };
  return {
    clients,
    add: (client) => void clients.add(client),
    remove(client) {
      clients.delete(client);
      for (const room of client.rooms) leave(client, room);
    },
    join(client, room) {
      client.rooms.add(room);
      const inside = members.get(room) ?? new Set();
      members.set(room, inside.add(client));
    },
    leave,
    broadcast(message) {
      for (const client of members.get(message.room ?? '') ?? []) sendTo(client, message);
    },
    counts: () => Object.fromEntries([...members].map(([room, inside]) => [room, inside.size])),
  };
}

/** Sends to one client, or cuts it when it does not read. */
export function sendTo(client: Client, message: Message): void {
  if (client.buffered() > MOST_BUFFERED) client.cut('TOO_MANY_REQUESTS');
  else client.send(message);
}
