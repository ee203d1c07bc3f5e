import { z } from 'zod';
import { Password, Session } from './auth.ts';
import { event, rpc } from './define.ts';
import { namingPresets, parseTemplate, TemplateError } from './naming.ts';
import { Empty } from './shared.ts';

const Folder = z.string().min(1).max(4_000).meta({ description: 'Absolute path of a library folder on the server' });

const Feed = z.object({
  name: z.string().min(1).max(200),
  url: z
    .url({ protocol: /^https?$/ })
    .meta({ description: 'RSS, Atom, Media RSS or podcast feed with video enclosures' }),
});

const HostLimit = z.object({
  host: z.string().min(1).max(255).meta({ description: 'Name and port as in the address: media.example.org:8080' }),
  max_concurrent: z.int().min(1).max(64),
  requests_per_minute: z.int().min(1).max(6_000).nullable().default(null),
});

const Mode = z
  .string()
  .regex(/^[0-7]{3,4}$/, 'Octal rights like 664')
  .nullable()
  .default(null);
const Languages = z
  .array(z.string().regex(/^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*|all)$/, 'A language like en or pt-BR'))
  .max(20)
  .default([]);
const Rate = z.int().min(0).default(0);

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time like 07:30');

export const QuietHours = z.object({
  /** 0 is Sunday. */
  days: z
    .array(z.int().min(0).max(6))
    .min(1)
    .max(7)
    .default([0, 1, 2, 3, 4, 5, 6])
    .meta({ description: 'Of the beginning; 0 is Sunday' }),
  from: TimeOfDay,
  to: TimeOfDay.meta({ description: 'Before "from": on the next day' }),
  bytes_per_second: z.int().min(0).default(0).meta({ description: 'Over all workers together; 0: nothing new starts' }),
});
export type QuietHours = z.output<typeof QuietHours>;

/** A template that says what is wrong with it when it makes no sense. */
export const NamingTemplate = z
  .string()
  .min(1)
  .max(500)
  .superRefine((template, check) => {
    try {
      parseTemplate(template);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      check.addIssue({ code: 'custom', message: error.message });
    }
  })
  .meta({ description: 'Template of the path below the library folder, as POST /config/naming/preview explains it' });

/** How episodes are fetched. */
const Download = z.object({
  quality: z
    .enum(['best', '2160p', '1440p', '1080p', '720p', '480p', '360p', 'least'])
    .default('best')
    .meta({ description: 'The best variant that is not above it; the least one when all are above' }),
  audio_languages: Languages.meta({ description: 'Audio tracks wanted beside the default one; empty: only that' }),
  subtitle_languages: Languages.meta({ description: 'Subtitles to save beside the episode; "all" for every one' }),
  live: z.enum(['refuse', 'follow']).default('refuse').meta({ description: 'A stream that is still going on' }),
  bytes_per_second: Rate.meta({ description: 'Of all workers together; 0: no limit. Quiet hours may lower it' }),
  host_bytes_per_second: Rate.meta({ description: 'From one host, over all workers; 0: no limit' }),
  item_bytes_per_second: Rate.meta({ description: 'Of one download; 0: no limit' }),
  least_bytes_per_second: Rate.default(1_000).meta({
    description: 'A download slower than this for a minute is tried again; 0: never',
  }),
  verify_media: z
    .boolean()
    .default(true)
    .meta({ description: 'Look into each file: one that is cut short or that no player takes is refused' }),
  ytdlp_path: z.string().max(4_000).default('').meta({ description: 'Path of yt-dlp; empty: found on the PATH' }),
  ffmpeg_path: z.string().max(4_000).default('').meta({ description: 'Path of ffmpeg; empty: found on the PATH' }),
});

/** What the server may connect to when it fetches from elsewhere, and how. */
const Network = z.object({
  allow_private: z
    .array(z.string().min(1).max(255))
    .max(200)
    .default([])
    .meta({ description: 'Private addresses that may be asked: 192.168.1.0/24, nas.local, 192.168.1.5:8080' }),
  proxy: z
    .union([z.literal(''), z.url({ protocol: /^(https?|socks5h?)$/ })])
    .default('')
    .meta({ description: 'http://host:port or socks5://host:port; empty: none' }),
  ca_file: z
    .string()
    .max(4_000)
    .default('')
    .meta({ description: 'PEM file of certificate authorities to trust besides the usual ones' }),
});

/** The one configuration document. Every field has a default, so that `{}` is a valid one. */
export const AppConfig = z
  .object({
    library: z
      .object({
        folders: z.array(Folder).max(100).default([]),
        naming: NamingTemplate.default(namingPresets.standard),
        recycle: z.boolean().default(false).meta({
          description:
            'A file that a better one replaces goes to .aniworld/recycle of its folder instead of being kept beside it',
        }),
        file_mode: Mode.meta({ description: 'Rights of new files, in octal: 664; null: by the umask' }),
        folder_mode: Mode.meta({ description: 'Rights of new folders, in octal: 775; null: by the umask' }),
        nfo: z
          .boolean()
          .default(false)
          .meta({ description: 'Write tvshow.nfo and one beside each episode, for Kodi and Jellyfin' }),
        artwork: z.boolean().default(false).meta({ description: 'Save posters and stills beside what they belong to' }),
        scan_interval_minutes: z.int().min(0).max(10_080).default(60).meta({ description: '0: only when asked for' }),
      })
      .prefault({}),
    queue: z
      .object({
        max_concurrent: z.int().min(1).max(256).default(2).meta({ description: 'Downloads at once, over all workers' }),
        max_attempts: z.int().min(1).max(20).default(3).meta({ description: 'Tries before an item fails' }),
        host_max_concurrent: z.int().min(1).max(64).default(4).meta({ description: 'Downloads at once from one host' }),
        host_requests_per_minute: z
          .int()
          .min(1)
          .max(6_000)
          .nullable()
          .default(null)
          .meta({ description: 'Downloads begun from one host in a minute, over all workers; null: no limit' }),
        hosts: z.array(HostLimit).max(200).default([]).meta({ description: 'Hosts with limits of their own' }),
        ageing_minutes: z
          .int()
          .min(0)
          .max(10_080)
          .default(0)
          .meta({ description: 'An item that has waited longer goes to the head, one every 10 seconds; 0: never' }),
        quiet_hours: z
          .array(QuietHours)
          .max(20)
          .default([])
          .meta({ description: 'Times of day at which nothing new starts or at which bandwidth is limited' }),
        min_free_bytes: z
          .int()
          .min(0)
          .default(512 * 1024 * 1024)
          .meta({ description: 'Nothing new starts while a library folder has less free space' }),
        history_days: z
          .int()
          .min(0)
          .max(3_650)
          .default(90)
          .meta({ description: 'Ended items and timelines are kept so long; 0: for ever' }),
        connections: z.int().min(1).max(16).default(4).meta({ description: 'Connections of one download at most' }),
        stop_timeout_seconds: z
          .int()
          .min(0)
          .max(3_600)
          .default(30)
          .meta({ description: 'How long "stop" waits for running downloads before it checkpoints them' }),
      })
      .prefault({}),
    download: Download.prefault({}),
    network: Network.prefault({}),
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

export const NamingPreview = z
  .object({
    template: z.string(),
    preset: z.string().nullable().meta({ description: 'The preset that it is; null for one of your own' }),
    examples: z.array(
      z.object({
        kind: z.enum(['episode', 'special', 'double', 'anime', 'hostile']),
        path: z.string().meta({ description: 'Below the library folder' }),
        bytes: z.int().min(1).meta({ description: 'Of the file’s name; 255 at most' }),
      }),
    ),
    fields: z.array(z.object({ name: z.string(), description: z.string() })),
    presets: z.array(z.object({ name: z.string(), template: z.string() })),
  })
  .meta({ id: 'NamingPreview' });
export type NamingPreview = z.output<typeof NamingPreview>;

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
  previewNaming: rpc('config.preview_naming', {
    summary: 'What a naming template makes of some episodes, and what it can be made of; stores nothing',
    http: { method: 'post', path: '/config/naming/preview', access: 'read' },
    request: z.object({
      template: z.string().min(1).max(500).meta({ description: 'A template, or the name of a preset' }),
    }),
    reply: NamingPreview,
    errors: ['NAMING_TEMPLATE'],
  }),
  changed: event('config.changed', {
    summary: 'The configuration was changed',
    delivery: 'durable',
    room: 'system',
    type: 'system_info',
    data: ConfigVersion,
  }),
};
