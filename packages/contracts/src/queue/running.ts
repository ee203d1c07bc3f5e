import { z } from 'zod';
import { event, rpc } from '../define.ts';
import { BytesPerSecond, Empty, Seconds } from '../shared.ts';

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

/** Whether the queue runs; a part of the group `queue`. */
export const running = {
  status: rpc('queue.status', {
    summary: 'Whether the queue runs, and how many items are in each state',
    http: { method: 'get', path: '/queue/status', access: 'read' },
    request: Empty,
    reply: QueueStatus,
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
};
