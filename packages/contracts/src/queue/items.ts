import { z } from 'zod';
import { rpc } from '../define.ts';
import { Bytes, Empty, EpisodeNumber, Id, PageQuery, page, Priority, SeasonNumber, Timestamp } from '../shared.ts';

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

export const TimelineEntry = z
  .object({ at: Timestamp, what: z.string(), worker: z.string().nullable(), detail: z.string().nullable() })
  .meta({ id: 'TimelineEntry' });

const Ids = z.array(Id).min(1).max(10_000);
const Item = z.object({ item: QueueItem });
const Count = z.object({ count: z.int().min(0) });
const ById = z.object({ id: Id });

/** What is in the queue, and what people do with it; a part of the group `queue`. */
export const items = {
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
};
