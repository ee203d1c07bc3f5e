import { type Ack, Join, Room } from '@aniworld/contracts';
import { type Client, MOST_ROOMS } from './client.ts';
import { frameOf, newMessage } from './message.ts';
import type { Ring } from './ring.ts';
import type { Rooms } from './rooms.ts';
import type { Snapshots } from './snapshot.ts';

/** More than this is not sent again but read anew: less work for both, and it would look like a client that doesn't read. */
const MOST_MISSED_BYTES = 2 * 1024 * 1024;

/** What a client may ask for, whatever it speaks. */
export interface Desk {
  welcome(client: Client): void;
  /** The acknowledgement comes at once, after what was missed and before the snapshot. */
  join(client: Client, body: unknown): Ack;
  leave(client: Client, body: unknown): Ack;
  goodbye(client: Client): void;
}

export function createDesk(rooms: Rooms, ring: Ring, snapshots: Snapshots): Desk {
  return {
    welcome(client) {
      rooms.add(client);
      const { session_id, expires_at } = client.caller;
      const data = { client_id: client.id, session_id, expires_at: new Date(expires_at).toISOString() };
      rooms.send(client, frameOf(newMessage('connected', null, data, ring)));
    },
    join(client, body) {
      const parsed = Join.safeParse(body);
      if (!parsed.success) return refusal(parsed.error.issues[0]?.message);
      const { room, epoch, seq } = parsed.data;
      if (!client.rooms.has(room) && client.rooms.size >= MOST_ROOMS) return refusal(`At most ${MOST_ROOMS} rooms`);
      if (epoch !== undefined && seq !== undefined) catchUp(client, room, { epoch, seq }, { rooms, ring });
      // In the same turn as the replay, so that nothing falls between; and before the snapshot is read, so that what happens
      // meanwhile is sent: the client tells old from new by version.
      rooms.join(client, room);
      void sendSnapshot(client, room, { rooms, ring, snapshots });
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

/** Sends exactly what the room got since then, or `resync` where that can't be said. */
function catchUp(
  client: Client,
  room: string,
  since: { epoch: string; seq: number },
  { rooms, ring }: { rooms: Rooms; ring: Ring },
) {
  const missed = ring.since(room, since);
  const bytes = missed?.reduce((sum, frame) => sum + frame.text.length, 0) ?? 0;
  if (!missed || bytes > MOST_MISSED_BYTES) rooms.send(client, frameOf(newMessage('resync', room, null, ring)));
  else for (const frame of missed) rooms.send(client, frame);
}

async function sendSnapshot(
  client: Client,
  room: string,
  { rooms, ring, snapshots }: { rooms: Rooms; ring: Ring; snapshots: Snapshots },
) {
  const { data, ...error } = await snapshots(room);
  if (client.rooms.has(room)) rooms.send(client, frameOf({ ...newMessage('snapshot', room, data, ring), ...error }));
}
