import { type Ack, Join, Room } from '@aniworld/contracts';
import type { Client } from './client.ts';
import { MOST_ROOMS } from './client.ts';
import { newMessage } from './feed.ts';
import type { Ring } from './ring.ts';
import { type Rooms, sendTo } from './rooms.ts';
import type { Snapshots } from './snapshot.ts';

/** What a client may ask for, whatever it speaks. */
export interface Desk {
  welcome(client: Client): void;
  join(client: Client, body: unknown): Promise<Ack>;
  leave(client: Client, body: unknown): Ack;
  goodbye(client: Client): void;
}

export function createDesk(rooms: Rooms, ring: Ring, snapshots: Snapshots): Desk {
  const place = () => ({ epoch: ring.epoch, seq: ring.seq });
  return {
    welcome(client) {
      rooms.add(client);
      client.send(newMessage('connected', null, { session_id: client.caller.session_id }, place()));
    },
    async join(client, body) {
      const parsed = Join.safeParse(body);
      if (!parsed.success) return refusal(parsed.error.issues[0]?.message);
      const { room, epoch, seq } = parsed.data;
      if (!client.rooms.has(room) && client.rooms.size >= MOST_ROOMS)
        return refusal(`No more than ${MOST_ROOMS} rooms`);
      // First in, then the snapshot: what happens between the two is sent, and the client tells old from new by version.
      rooms.join(client, room);
      if (epoch !== undefined && seq !== undefined) {
        const missed = ring.since(room, epoch, seq);
        if (missed) for (const message of missed) sendTo(client, message);
        else sendTo(client, newMessage('resync', room, null, place()));
        if (missed) return { ok: true, room };
      }
      const data = await snapshots(room);
      if (client.rooms.has(room)) sendTo(client, newMessage('snapshot', room, data, place()));
      return { ok: true, room };
    },
    leave(client, body) {
      const room = Room.safeParse((body as { room?: unknown } | null)?.room);
      if (!room.success) return refusal(room.error.issues[0]?.message);
      rooms.leave(client, room.data);
      return { ok: true, room: room.data };
    },
    goodbye: (client) => rooms.remove(client),
  };
}

const refusal = (error = 'The message is not understood'): Ack => ({ ok: false, error });
