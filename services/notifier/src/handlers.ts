import type { Ctx } from '@aniworld/chassis';
import type { Handlers, realtime } from '@aniworld/contracts';
import type { Rooms } from './rooms.ts';

/** Of this replica alone: another has other clients. */
export function realtimeHandlers(rooms: Rooms): Handlers<typeof realtime, Ctx> {
  return {
    status: () => ({ clients: rooms.clients.size, rooms: rooms.counts() }),
  };
}
