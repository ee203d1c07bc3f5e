import type { Ctx } from '@aniworld/chassis';
import type { Handlers, realtime } from '@aniworld/contracts';
import type { Rooms } from './rooms.ts';

export function realtimeHandlers(rooms: Rooms): Handlers<typeof realtime, Ctx> {
  return {
    status: () => ({ clients: rooms.clients.size, rooms: rooms.counts() }),
  };
}
