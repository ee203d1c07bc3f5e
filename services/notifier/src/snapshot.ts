import type { Bus } from '@aniworld/chassis';
import { anime, queue } from '@aniworld/contracts';
import type { Downloads } from './downloads.ts';

/** What a room looks like now: sent to those who enter it, before its changes. */
export type Snapshots = (room: string) => Promise<object | null>;

/** Asks the owner of the state, never a copy. Null when that service is away: the changes come all the same. */
export function createSnapshots(bus: Bus, downloads: Downloads): Snapshots {
  return async (room) => {
    try {
      if (room === 'downloads') return { active: downloads.active() };
      if (room === 'queue') return { status: await bus.call(queue.status, {}) };
      if (room === 'library') return { scan: await bus.call(anime.scan, {}) };
      return {};
    } catch {
      return null;
    }
  };
}
