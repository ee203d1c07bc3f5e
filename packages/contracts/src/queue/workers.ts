import { z } from 'zod';
import { rpc } from '../define.ts';
import { BytesPerSecond, Empty, Id, Timestamp } from '../shared.ts';

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

/** Who works on the queue; a part of the group `queue`. */
export const workers = {
  workers: rpc('queue.workers', {
    summary: 'The worker processes that were seen in the last half minute, and what they do',
    request: Empty,
    reply: z.object({ items: z.array(WorkerInfo) }),
  }),
};
