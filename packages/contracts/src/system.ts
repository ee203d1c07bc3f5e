import { z } from 'zod';
import { rpc } from './define.ts';
import { WorkerInfo } from './queue.ts';
import { Empty } from './shared.ts';

export const ServiceName = z.enum(['gateway', 'auth', 'catalog', 'downloader', 'notifier']);
export type ServiceName = z.output<typeof ServiceName>;

export const ServiceInfo = z
  .object({ name: z.string(), id: z.string(), version: z.string(), started_at: z.string() })
  .meta({ id: 'ServiceInfo' });

export const Health = z
  .object({
    ready: z.boolean(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().nullable() })),
  })
  .meta({ id: 'Health' });
export type Health = z.output<typeof Health>;

/** Whether a service can do its work; every service answers it, none over HTTP. */
export function health(service: ServiceName) {
  return rpc(`health.${service}`, {
    summary: `Whether ${service} can do its work`,
    request: Empty,
    reply: Health,
    timeout_ms: 3_000,
  });
}

export const system = {
  get: rpc('system.get', {
    summary: 'Version of the system and every replica of every service that answers',
    http: { method: 'get', path: '/system', access: 'read' },
    request: Empty,
    reply: z.object({
      version: z.string(),
      services: z.array(ServiceInfo),
      workers: z.array(WorkerInfo).nullable().meta({ description: 'Null when the downloader does not answer' }),
    }),
  }),
};
