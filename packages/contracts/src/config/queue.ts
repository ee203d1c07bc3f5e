import { z } from 'zod';

const HostLimit = z.object({
  host: z
    .string()
    .trim()
    .toLowerCase()
    .min(1)
    .max(255)
    .meta({ description: 'Name and port as in the address: media.example.org:8080' }),
  max_concurrent: z.int().min(1).max(64).meta({ description: 'Downloads at once from it, over all workers' }),
  requests_per_minute: z
    .int()
    .min(1)
    .max(6_000)
    .nullable()
    .default(null)
    .meta({ description: 'Downloads begun from it in a minute; null: no limit' }),
});

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time like 07:30');

export const QuietHours = z.object({
  /** 0 is Sunday. */
  days: z
    .array(z.int().min(0).max(6))
    .min(1)
    .max(7)
    .default([0, 1, 2, 3, 4, 5, 6])
    .meta({ description: 'Of the beginning; 0 is Sunday' }),
  from: TimeOfDay.meta({ description: 'By the server’s clock: 23:00' }),
  to: TimeOfDay.meta({ description: 'Before "from": on the next day' }),
  bytes_per_second: z
    .int()
    .min(0)
    .default(0)
    .meta({ description: 'Over all workers together; 0: nothing new starts', unit: 'bytes/s' }),
});
export type QuietHours = z.output<typeof QuietHours>;

/** What runs when, and how much of it at once. */
export const QueueConfig = z.object({
  max_concurrent: z.int().min(1).max(256).default(2).meta({ description: 'Downloads at once, over all workers' }),
  max_attempts: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .meta({ description: 'Tries before an item fails; counts for items that are added from then on' }),
  host_max_concurrent: z.int().min(1).max(64).default(4).meta({ description: 'Downloads at once from one host' }),
  host_requests_per_minute: z
    .int()
    .min(1)
    .max(6_000)
    .nullable()
    .default(null)
    .meta({ description: 'Downloads begun from one host in a minute, over all workers; null: no limit' }),
  hosts: z
    .array(HostLimit)
    .max(200)
    .refine((hosts) => new Set(hosts.map(({ host }) => host)).size === hosts.length, 'Each host may stand here once')
    .default([])
    .meta({ description: 'Hosts with limits of their own' }),
  ageing_minutes: z.int().min(0).max(10_080).default(0).meta({
    description: 'An item that has waited longer goes to the head, one every 10 seconds; 0: never',
    unit: 'minutes',
  }),
  quiet_hours: z
    .array(QuietHours)
    .max(20)
    .default([])
    .meta({ description: 'Times of day at which nothing new starts or at which bandwidth is limited' }),
  min_free_bytes: z
    .int()
    .min(0)
    .default(512 * 1024 * 1024)
    .meta({ description: 'Nothing new starts while a library folder has less free space', unit: 'bytes' }),
  history_days: z
    .int()
    .min(0)
    .max(3_650)
    .default(90)
    .meta({ description: 'Ended items and timelines are kept so long; 0: for ever', unit: 'days' }),
  connections: z.int().min(1).max(16).default(4).meta({ description: 'Connections of one download at most' }),
  stop_timeout_seconds: z.int().min(0).max(3_600).default(30).meta({
    description: 'How long "stop" waits for running downloads before it checkpoints them',
    unit: 'seconds',
  }),
});
