import { changes } from './queue/changes.ts';
import { downloads } from './queue/downloads.ts';
import { items } from './queue/items.ts';
import { running } from './queue/running.ts';
import { workers } from './queue/workers.ts';

export { QueueUpdate } from './queue/changes.ts';
export { DownloadCompleted, DownloadProgress } from './queue/downloads.ts';
export { AddResult, FailureCause, ItemState, QueueItem, TimelineEntry } from './queue/items.ts';
export { QueueCounts, QueueStatus } from './queue/running.ts';
export { WorkerInfo } from './queue/workers.ts';

/** What is to be fetched, in order: one group whose parts stand in files of their own. */
export const queue = { ...items, ...workers, ...changes, ...running, ...downloads };
