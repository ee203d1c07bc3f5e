import {
  type DownloadCompleted,
  type DownloadProgress,
  type Event,
  queue,
  type QueueUpdate,
} from '@aniworld/contracts';

/** A running download that has been silent for so long, in milliseconds, is not shown as running. */
const FORGET_MS = 30_000;
/** More than can run at once on any machine; a broken worker must not fill the memory with invented ones. */
const MOST = 1_000;

/** What runs now, as far as the messages say; for those who enter the room. */
export interface Downloads {
  /** @returns whether it is news: not when it is older than what was seen, nor of a download that has ended since */
  progress(data: DownloadProgress): boolean;
  /** Looks for ends of downloads in a durable event. @returns the items that don't run any more, as far as can be said */
  note(event: Event, data: unknown): string[];
  active(): DownloadProgress[];
}

interface Entry {
  data: DownloadProgress;
  at: number;
  /** Kept for a while: a progress that was overtaken by the end must not bring the download back. */
  ended: boolean;
}

/** @param now milliseconds, monotonic */
export function createDownloads(now: () => number = () => performance.now()): Downloads {
  const entries = new Map<string, Entry>();
  const forgetOld = () => {
    for (const [id, entry] of entries) {
      // Oldest first: each news moves an entry to the end.
      if (entries.size <= MOST && now() - entry.at <= FORGET_MS) return;
      entries.delete(id);
    }
  };
  return {
    progress(data) {
      const known = entries.get(data.id);
      if (known && (isOlder(data, known.data) || (known.ended && data.lease_epoch === known.data.lease_epoch)))
        return false;
      entries.delete(data.id);
      entries.set(data.id, { data, at: now(), ended: data.state !== 'downloading' });
      forgetOld();
      return true;
    },
    note(event, data) {
      const ended = endedIn(event, data);
      if (ended === 'unnamed') entries.clear();
      const ids = ended === 'unnamed' ? [] : ended;
      for (const id of ids) {
        const entry = entries.get(id);
        if (entry) entry.ended = true;
      }
      return ids;
    },
    active() {
      forgetOld();
      return [...entries.values()].filter((entry) => !entry.ended).map((entry) => entry.data);
    },
  };
}

const isOlder = (a: DownloadProgress, b: DownloadProgress) =>
  a.lease_epoch < b.lease_epoch || (a.lease_epoch === b.lease_epoch && a.sample <= b.sample);

const ENDS = ['requeued', 'completed', 'failed', 'cancelled', 'removed'];

/** `unnamed`: more than fit into the event. Those that still run are back with their next progress. */
function endedIn(event: Event, data: unknown): string[] | 'unnamed' {
  if (event.name === queue.completed.name || event.name === queue.failed.name)
    return [(data as DownloadCompleted).item.id];
  const change = event.name === queue.changed.name ? (data as QueueUpdate).change : null;
  if (!change || !ENDS.includes(change.kind)) return [];
  return change.ids.length < change.count ? 'unnamed' : change.ids;
}
