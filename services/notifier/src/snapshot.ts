import { type Bus, sharing } from '@aniworld/chassis';
import { anime, queue, toProblem } from '@aniworld/contracts';
import type { Downloads } from './downloads.ts';

/** What a room looks like now: sent to those who enter it, before its changes. */
export interface Snapshot {
  data: object | null;
  /** Why there is no data: the changes come all the same. */
  error?: { code: string; detail: string };
}

export type Snapshots = (room: string) => Promise<Snapshot>;

/** Asks the owner of the state, never a copy. */
export function createSnapshots(bus: Bus, downloads: Downloads): Snapshots {
  // Thousands of clients come back at once. None gets an answer older than its question: it may be older than what was missed.
  const status = sharing(() => bus.call(queue.status, {}));
  const scan = sharing(() => bus.call(anime.scan, {}));
  const dataOf = async (room: string) => {
    if (room === 'downloads') return { active: downloads.active() };
    if (room === 'queue') return { status: await status() };
    if (room === 'library') return { scan: await scan() };
    return {};
  };
  return async (room) => {
    try {
      return { data: await dataOf(room) };
    } catch (error) {
      const { code, detail } = toProblem(error);
      return { data: null, error: { code, detail } };
    }
  };
}
