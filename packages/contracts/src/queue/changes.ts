import { z } from 'zod';
import { event } from '../define.ts';
import { Id } from '../shared.ts';
import { QueueItem } from './items.ts';
import { QueueStatus } from './running.ts';

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

/** What changed in the list; a part of the group `queue`. */
export const changes = {
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
};
