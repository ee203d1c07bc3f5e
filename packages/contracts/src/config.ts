import { z } from 'zod';
import { Password, Session } from './auth.ts';
import { event, rpc } from './define.ts';
import { Empty } from './shared.ts';

const Folder = z.string().min(1).max(4_000).meta({ description: 'Absolute path of a library folder on the server' });

const Feed = z.object({
  name: z.string().min(1).max(200),
  url: z
    .url({ protocol: /^https?$/ })
    .meta({ description: 'RSS, Atom, Media RSS or podcast feed with video enclosures' }),
});

/** The one configuration document. Every field has a default, so that `{}` is a valid one. */
export const AppConfig = z
  .object({
    library: z
      .object({
        folders: z.array(Folder).max(100).default([]),
        naming: z
          .string()
          .min(1)
          .max(500)
          .default('{series} ({year})/Season {season:00}/{series} - S{season:00}E{episode:00} - {title}.{ext}')
          .meta({ description: 'Template of the path below the library folder' }),
        scan_interval_minutes: z.int().min(0).max(10_080).default(60).meta({ description: '0: only when asked for' }),
      })
      .prefault({}),
    queue: z
      .object({
        max_concurrent: z.int().min(1).max(64).default(2).meta({ description: 'Downloads at once, over all workers' }),
        max_attempts: z.int().min(1).max(20).default(3).meta({ description: 'Tries before an item fails' }),
        connections: z.int().min(1).max(16).default(4).meta({ description: 'Connections of one download at most' }),
        stop_timeout_seconds: z
          .int()
          .min(0)
          .max(3_600)
          .default(30)
          .meta({ description: 'How long "stop" waits for running downloads before it checkpoints them' }),
      })
      .prefault({}),
    providers: z
      .object({
        sample: z.object({ enabled: z.boolean().default(true) }).prefault({}),
        rss: z.object({ enabled: z.boolean().default(true), feeds: z.array(Feed).max(200).default([]) }).prefault({}),
      })
      .prefault({}),
  })
  .meta({ id: 'AppConfig' });
export type AppConfig = z.output<typeof AppConfig>;

export const ConfigVersion = z
  .object({
    version: z.int().min(0).meta({ description: 'Raised by each change; 0: nothing but defaults' }),
    config: AppConfig,
  })
  .meta({ id: 'ConfigVersion' });
export type ConfigVersion = z.output<typeof ConfigVersion>;

export const config = {
  get: rpc('config.get', {
    summary: 'Read the configuration',
    http: { method: 'get', path: '/config', access: 'read' },
    request: Empty,
    reply: ConfigVersion,
  }),
  update: rpc('config.update', {
    summary: 'Replace the configuration; applied at once by every service',
    http: { method: 'put', path: '/config', access: 'admin' },
    request: z.object({
      config: AppConfig,
      version: z
        .int()
        .min(0)
        .optional()
        .meta({ description: 'The version that was edited; refused if it is not the current one' }),
    }),
    reply: ConfigVersion,
    errors: ['VERSION_CONFLICT', 'FOLDER_UNUSABLE'],
  }),
  setup: rpc('config.setup', {
    summary: 'First start: choose the password and the first configuration in one step',
    http: { method: 'post', path: '/setup', status: 201, access: 'public' },
    request: z.object({ password: Password, config: AppConfig.prefault({}) }),
    reply: Session,
    errors: ['ALREADY_SET_UP', 'FOLDER_UNUSABLE'],
    timeout_ms: 10_000,
  }),
  changed: event('config.changed', {
    summary: 'The configuration was changed',
    delivery: 'durable',
    room: 'system',
    type: 'system_info',
    data: ConfigVersion,
  }),
};
