import type { DownloadProgress, QueueItem, QueueStatus } from '@aniworld/contracts';

/** Progress of running downloads by item. */
export type ProgressMap = Record<string, DownloadProgress>;

/** The newer of two states that carry a version; messages and replies may overtake each other. */
export function newerVersion<T extends QueueItem | QueueStatus>(known: T | undefined, arrived: T): T {
  return known && known.version > arrived.version ? known : arrived;
}

/** The newer of two samples: a later lease wins, then the later sample of one lease. */
export function newerProgress(known: DownloadProgress | undefined, arrived: DownloadProgress): DownloadProgress {
  if (!known || arrived.lease_epoch > known.lease_epoch) return arrived;
  return arrived.lease_epoch === known.lease_epoch && arrived.sample > known.sample ? arrived : known;
}

/** What runs now, by the server's snapshot; samples that came before it but are newer stay. */
export function replaceProgress(known: ProgressMap, active: DownloadProgress[]): ProgressMap {
  return Object.fromEntries(active.map((sample) => [sample.id, newerProgress(known[sample.id], sample)]));
}

export function withoutProgress(known: ProgressMap, ids: string[]): ProgressMap {
  if (!ids.some((id) => id in known)) return known;
  return Object.fromEntries(Object.entries(known).filter(([id]) => !ids.includes(id)));
}
