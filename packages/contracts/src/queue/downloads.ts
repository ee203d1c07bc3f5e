import { z } from 'zod';
import { event } from '../define.ts';
import { Bytes, BytesPerSecond, Id, Seconds } from '../shared.ts';
import { FailureCause, ItemState, QueueItem } from './items.ts';

export const DownloadProgress = z
  .object({
    id: Id,
    series_id: Id,
    episode_id: Id,
    state: ItemState,
    bytes_done: Bytes,
    bytes_total: Bytes.nullable(),
    percent: z.number().min(0).max(100),
    speed: BytesPerSecond,
    eta: Seconds.nullable(),
    worker: z.string(),
    lease_epoch: z.int().min(0),
    sample: z.int().min(0).meta({ description: 'Counts up within a lease; an older one never replaces a newer one' }),
  })
  .meta({ id: 'DownloadProgress' });
export type DownloadProgress = z.output<typeof DownloadProgress>;

export const DownloadCompleted = z
  .object({
    item: QueueItem,
    folder: z.string().meta({ description: 'The library folder' }),
    path: z.string().meta({ description: 'Absolute path of the file' }),
    size: Bytes,
    sha256: z.string(),
  })
  .meta({ id: 'DownloadCompleted' });
export type DownloadCompleted = z.output<typeof DownloadCompleted>;

/** How a download goes and ends; a part of the group `queue`. */
export const downloads = {
  progress: event('queue.progress', {
    summary: 'Bytes of a running download, at most four times a second',
    delivery: 'live',
    room: 'downloads',
    type: 'download_progress',
    scoped: { series: 'series_id', item: 'id' },
    data: DownloadProgress,
  }),
  completed: event('queue.completed', {
    summary: 'A file was published in the library',
    delivery: 'durable',
    room: 'downloads',
    type: 'download_complete',
    scoped: { series: 'item.series_id', item: 'item.id' },
    data: DownloadCompleted,
  }),
  failed: event('queue.failed', {
    summary: 'An item has failed for good',
    delivery: 'durable',
    room: 'downloads',
    type: 'download_failed',
    scoped: { series: 'item.series_id', item: 'item.id' },
    data: z.object({ item: QueueItem, cause: FailureCause, detail: z.string() }),
  }),
};
