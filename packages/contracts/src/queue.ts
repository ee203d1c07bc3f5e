import { z } from 'zod';
import { event, rpc } from './define.ts';
import {
  Bytes,
  BytesPerSecond,
  Empty,
  EpisodeNumber,
  Id,
  PageQuery,
  page,
  Priority,
  Seconds,
  SeasonNumber,
  Timestamp,
} from './shared.ts';

export const ItemState = z
  .enum(['pending', 'downloading', 'completed', 'failed', 'cancelled'])
  .meta({ id: 'ItemState' });
export type ItemState = z.output<typeof ItemState>;

/** Why a try ended without a file. The policy for each stands in the downloader's `failure.ts`. */
export const FailureCause = z
  .enum([
    'network',
    'timeout',
    'stalled',
    'http_4xx',
    'gone',
    'http_5xx',
    'rate_limited',
    'auth',
    'bad_content',
    'checksum',
    'no_source',
    'no_space',
    'permission',
    'path',
    'cancelled',
    'worker_lost',
    'shutdown',
    'internal',
  ])
  .meta({ id: 'FailureCause' });
export type FailureCause = z.output<typeof FailureCause>;

export const QueueItem = z
  .object({
    id: Id,
    series_id: Id,
    episode_id: Id,
    series_title: z.string().nullable().meta({ description: 'Null until the catalog has told, with the three below' }),
    season: SeasonNumber.nullable(),
    episode: EpisodeNumber.nullable(),
    title: z.string().nullable(),
    priority: Priority,
    state: ItemState,
    held: z.boolean().meta({ description: 'Passed over until it is released' }),
    host: z.string().meta({ description: 'Where its bytes come from; empty until that is known' }),
    bytes_done: Bytes,
    bytes_total: Bytes.nullable(),
    percent: z.number().min(0).max(100),
    attempt: z.int().min(0).meta({ description: 'Tries used up' }),
    max_attempts: z.int().min(1),
    not_before: Timestamp.nullable().meta({ description: 'Waits until then' }),
    worker: z.string().nullable(),
    error_cause: FailureCause.nullable(),
    error_detail: z.string().nullable(),
    path: z.string().nullable().meta({ description: 'The file, once completed' }),
    sha256: z.string().nullable(),
    added_at: Timestamp,
    finished_at: Timestamp.nullable(),
    version: z.int().min(0).meta({ description: 'Raised by each change; an older one never replaces a newer one' }),
  })
  .meta({ id: 'QueueItem' });
export type QueueItem = z.output<typeof QueueItem>;

export const QueueCounts = z.object({
  pending: z.int().min(0),
  downloading: z.int().min(0),
  completed: z.int().min(0),
  failed: z.int().min(0),
  cancelled: z.int().min(0),
});

export const QueueStatus = z
  .object({
    running: z.boolean().meta({ description: 'false: stopped' }),
    paused: z.boolean().meta({ description: 'Running downloads go on, nothing new starts' }),
    reason: z
      .string()
      .nullable()
      .meta({ description: 'Why it is paused or stopped, where the server did it by itself' }),
    max_concurrent: z.int().min(1),
    counts: QueueCounts,
    speed: BytesPerSecond.meta({ description: 'Over all workers, now' }),
    average_speed: BytesPerSecond.meta({ description: 'Of one download, over the last hundred that were completed' }),
    eta: Seconds.nullable().meta({
      description: 'Until the queue is empty, at the present speed; sizes that are not known are taken as the average',
    }),
    version: z.int().min(0),
  })
  .meta({ id: 'QueueStatus' });
export type QueueStatus = z.output<typeof QueueStatus>;

export const AddResult = z
  .object({
    batch: Id.nullable().meta({
      description: 'Takes all of it back at POST /queue/undo; null when nothing was asked for',
    }),
    items: z
      .array(QueueItem)
      .max(500)
      .meta({ description: 'One for each episode, in the order asked for; the first 500' }),
    added: z.int().min(0).meta({ description: 'How many of them were not in the queue before' }),
  })
  .meta({ id: 'AddResult' });

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

export const TimelineEntry = z
  .object({ at: Timestamp, what: z.string(), worker: z.string().nullable(), detail: z.string().nullable() })
  .meta({ id: 'TimelineEntry' });

/** What `queue_status` carries: the status, or one true change of items; never the whole list. */
export const QueueUpdate = z
  .object({
    status: QueueStatus.nullable(),
    change: z
      .object({
        kind: z.enum([
          'added',
          'described',
          'held',
          'released',
          'started',
          'requeued',
          'moved',
          'priority',
          'completed',
          'failed',
          'cancelled',
          'removed',
        ]),
        ids: z.array(Id).max(1_000).meta({ description: 'Empty when there are more than fit: read the list again' }),
        count: z.int().min(0),
        items: z
          .array(QueueItem)
          .max(32)
          .default([])
          .meta({ description: 'The items as they are now, all of them or none: then read the list again' }),
      })
      .nullable(),
  })
  .meta({ id: 'QueueUpdate' });
export type QueueUpdate = z.output<typeof QueueUpdate>;

export const WorkerInfo = z
  .object({
    name: z.string(),
    machine: z.string(),
    version: z.string(),
    slots: z.int().min(0),
    tags: z.array(z.string()),
    active: z.int().min(0),
    speed: BytesPerSecond,
    started_at: Timestamp,
    seen_at: Timestamp,
    items: z.array(z.object({ id: Id, title: z.string().nullable(), percent: z.number() })),
  })
  .meta({ id: 'WorkerInfo' });

const Ids = z.array(Id).min(1).max(10_000);
const Item = z.object({ item: QueueItem });
const Count = z.object({ count: z.int().min(0) });
const ById = z.object({ id: Id });
const scoped = { series: 'series_id', item: 'id' };

export const queue = {
  status: rpc('queue.status', {
    summary: 'Whether the queue runs, and how many items are in each state',
    http: { method: 'get', path: '/queue/status', access: 'read' },
    request: Empty,
    reply: QueueStatus,
  }),
  items: rpc('queue.items', {
    summary: 'Items in the order in which they run; finished ones newest first',
    http: { method: 'get', path: '/queue/items', access: 'read' },
    request: PageQuery.extend({ state: ItemState.optional(), series_id: Id.optional() }),
    reply: page(QueueItem),
  }),
  get: rpc('queue.get', {
    summary: 'One item with what happened to it',
    http: { method: 'get', path: '/queue/items/{id}', access: 'read' },
    request: ById,
    reply: z.object({ item: QueueItem, timeline: z.array(TimelineEntry) }),
    errors: ['ITEM_NOT_FOUND'],
  }),
  add: rpc('queue.add', {
    summary: 'Add episodes to the download queue; one that is in it already is answered as it is',
    http: { method: 'post', path: '/queue/add', status: 201, access: 'write' },
    request: z.object({ series_id: Id, episode_ids: Ids, priority: Priority.default('normal') }),
    reply: AddResult,
    errors: ['SERIES_NOT_FOUND', 'EPISODE_NOT_FOUND'],
    timeout_ms: 10_000,
  }),
  undo: rpc('queue.undo', {
    summary: 'Take back one call of "add": what waits is removed, what runs is cancelled, what is done stays',
    http: { method: 'post', path: '/queue/undo', access: 'write' },
    request: z.object({ batch: Id }),
    reply: Count,
  }),
  hold: rpc('queue.hold', {
    summary: 'Let pending items wait until they are released; they keep their places',
    http: { method: 'post', path: '/queue/hold', access: 'write' },
    request: z.object({ ids: Ids }),
    reply: Count,
  }),
  release: rpc('queue.release', {
    summary: 'Let held items run again',
    http: { method: 'post', path: '/queue/release', access: 'write' },
    request: z.object({ ids: Ids }),
    reply: Count,
  }),
  timeline: rpc('queue.timeline', {
    summary: 'What happened to an episode in the queue, also when its items are gone',
    http: { method: 'get', path: '/queue/timeline', access: 'read' },
    request: z.object({ episode_id: Id }),
    reply: z.object({ items: z.array(TimelineEntry) }),
  }),
  workers: rpc('queue.workers', {
    summary: 'The worker processes that were seen in the last half minute, and what they do',
    request: Empty,
    reply: z.object({ items: z.array(WorkerInfo) }),
  }),
  remove: rpc('queue.remove', {
    summary: 'Remove an item; a running download is cancelled and leaves no part file',
    http: { method: 'delete', path: '/queue/{id}', status: 204, access: 'write' },
    request: ById,
    reply: Empty,
    errors: ['ITEM_NOT_FOUND'],
  }),
  removeMany: rpc('queue.remove_many', {
    summary: 'Remove many items; ids that are not in the queue are passed over',
    http: { method: 'delete', path: '/queue', status: 204, access: 'write' },
    request: z.object({ ids: Ids }),
    reply: Empty,
  }),
  start: rpc('queue.start', {
    summary: 'Start the queue; does nothing when it runs',
    http: { method: 'post', path: '/queue/start', access: 'write' },
    request: Empty,
    reply: QueueStatus,
  }),
  stop: rpc('queue.stop', {
    summary: 'Stop the queue: nothing new starts, running downloads are checkpointed after a limit',
    http: { method: 'post', path: '/queue/stop', access: 'write' },
    request: Empty,
    reply: QueueStatus,
  }),
  pause: rpc('queue.pause', {
    summary: 'Start nothing new; running downloads go on',
    http: { method: 'post', path: '/queue/pause', access: 'write' },
    request: Empty,
    reply: QueueStatus,
  }),
  resume: rpc('queue.resume', {
    summary: 'Go on after a pause',
    http: { method: 'post', path: '/queue/resume', access: 'write' },
    request: Empty,
    reply: QueueStatus,
  }),
  reorder: rpc('queue.reorder', {
    summary: 'Move a pending item to a place in the pending list; it gets the priority of where it lands',
    http: { method: 'post', path: '/queue/reorder', access: 'write' },
    request: z.object({ id: Id, position: z.int().min(0).meta({ description: '0 is the head of the pending list' }) }),
    reply: Item,
    errors: ['ITEM_NOT_FOUND'],
  }),
  priority: rpc('queue.priority', {
    summary: 'Change the priority of many pending items',
    http: { method: 'post', path: '/queue/priority', access: 'write' },
    request: z.object({ ids: Ids, priority: Priority }),
    reply: Count,
  }),
  clearCompleted: rpc('queue.clear_completed', {
    summary: 'Forget completed items; the files stay',
    http: { method: 'delete', path: '/queue/completed', access: 'write' },
    request: Empty,
    reply: Count,
  }),
  clearFailed: rpc('queue.clear_failed', {
    summary: 'Forget failed and cancelled items',
    http: { method: 'delete', path: '/queue/failed', access: 'write' },
    request: Empty,
    reply: Count,
  }),
  retry: rpc('queue.retry', {
    summary: 'Put failed items back into the queue: those named, or all, or those of one cause and time',
    http: { method: 'post', path: '/queue/retry', access: 'write' },
    request: z.object({
      ids: Ids.optional(),
      cause: FailureCause.optional(),
      since: Timestamp.optional().meta({ description: 'Only those that failed then or later' }),
      until: Timestamp.optional().meta({ description: 'Only those that failed before' }),
    }),
    reply: Count,
  }),
  changed: event('queue.changed', {
    summary: 'An item was added, started, put back, moved, failed, cancelled or removed',
    delivery: 'durable',
    room: 'queue',
    type: 'queue_status',
    data: QueueUpdate,
  }),
  statusChanged: event('queue.status_changed', {
    summary: 'Whether the queue runs, or its counts, have changed',
    delivery: 'live',
    room: 'queue',
    type: 'queue_status',
    data: QueueUpdate,
  }),
  started: event('queue.started', {
    summary: 'The queue was started',
    delivery: 'durable',
    room: 'queue',
    type: 'queue_started',
    data: QueueStatus,
  }),
  stopped: event('queue.stopped', {
    summary: 'The queue was stopped',
    delivery: 'durable',
    room: 'queue',
    type: 'queue_stopped',
    data: QueueStatus,
  }),
  paused: event('queue.paused', {
    summary: 'The queue was paused',
    delivery: 'durable',
    room: 'queue',
    type: 'queue_paused',
    data: QueueStatus,
  }),
  resumed: event('queue.resumed', {
    summary: 'The queue goes on',
    delivery: 'durable',
    room: 'queue',
    type: 'queue_resumed',
    data: QueueStatus,
  }),
  progress: event('queue.progress', {
    summary: 'Bytes of a running download, at most four times a second',
    delivery: 'live',
    room: 'downloads',
    type: 'download_progress',
    scoped,
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
