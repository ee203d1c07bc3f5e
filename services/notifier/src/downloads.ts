import type { DownloadProgress, Message, QueueItem, QueueUpdate } from '@aniworld/contracts';

/** A running download that has been silent for so long is not shown as running. */
const FORGET_MS = 30_000;
/** At least this long between two messages of one download: four a second. */
const LEAST_GAP_MS = 240;

/** What runs now, as far as the messages say; for those who enter the room. */
export interface Downloads {
  /** @returns whether it should be sent on: not when it is older than what was sent, nor when it comes too soon */
  progress(data: DownloadProgress): boolean;
  /** Looks for the end of a download in a durable message. */
  note(message: Message): void;
  active(): DownloadProgress[];
}

interface Entry {
  data: DownloadProgress;
  at: number;
  sentAt: number;
}

/** @param now milliseconds, monotonic */
export function createDownloads(now: () => number = () => performance.now()): Downloads {
  const entries = new Map<string, Entry>();
  return {
    progress(data) {
      const known = entries.get(data.id);
      if (known && isOlder(data, known.data)) return false;
      const due = !known || now() - known.sentAt >= LEAST_GAP_MS;
      entries.set(data.id, { data, at: now(), sentAt: due ? now() : known.sentAt });
      return due;
    },
    note(message) {
      for (const id of endedIn(message)) entries.delete(id);
    },
    active() {
      for (const [id, entry] of entries) if (now() - entry.at > FORGET_MS) entries.delete(id);
      return [...entries.values()].map((entry) => entry.data);
    },
  };
}

const isOlder = (a: DownloadProgress, b: DownloadProgress) =>
  a.lease_epoch < b.lease_epoch || (a.lease_epoch === b.lease_epoch && a.sample <= b.sample);

function endedIn(message: Message): string[] {
  if (message.type === 'download_complete' || message.type === 'download_failed')
    return [(message.data as { item: QueueItem }).item.id];
  const change = message.type === 'queue_status' ? (message.data as QueueUpdate).change : null;
  return change && change.kind !== 'started' && change.kind !== 'added' ? change.ids : [];
}
