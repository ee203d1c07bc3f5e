import { type Bus, type Log, loop } from '@aniworld/chassis';
import { frameOf, newMessage } from './message.ts';
import type { Ring } from './ring.ts';
import type { Rooms } from './rooms.ts';
import type { Snapshots } from './snapshot.ts';

/** Sends every room its snapshot again, when live messages may have been lost: nobody would notice otherwise. */
export interface Renewal extends AsyncDisposable {
  request(): void;
}

/** Renews by itself whenever the link to the broker was down. A service that is away is asked again until it answers. */
export function startRenewal(deps: { bus: Bus; rooms: Rooms; ring: Ring; snapshots: Snapshots; log: Log }): Renewal {
  const due = new Set<string>();
  const renewing = loop({
    ...{ name: 'renew snapshots', everyMs: 60_000, log: deps.log },
    async run() {
      const away = [];
      for (const room of due) {
        // Taken out before it is read: a request that comes meanwhile is for a newer one.
        due.delete(room);
        const { data, error } = await deps.snapshots(room);
        if (error) away.push(room);
        else deps.rooms.broadcast(frameOf(newMessage('snapshot', room, data, deps.ring)));
      }
      for (const room of away) due.add(room);
      if (away.length > 0) throw new Error(`no snapshot of ${away.join(', ')}`);
    },
  });
  const request = () => {
    for (const room of Object.keys(deps.rooms.counts())) due.add(room);
    renewing.wake();
  };
  const reconnected = deps.bus.onReconnect(request);
  return {
    request,
    async [Symbol.asyncDispose]() {
      reconnected[Symbol.dispose]();
      await renewing[Symbol.asyncDispose]();
    },
  };
}
