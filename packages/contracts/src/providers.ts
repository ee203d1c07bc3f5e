import { z } from 'zod';
import { rpc } from './define.ts';
import { Bytes, Empty, Id } from './shared.ts';

export const ProviderInfo = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['sample', 'rss']),
    enabled: z.boolean(),
    licence: z
      .string()
      .nullable()
      .meta({ description: 'What its content may be used for, where the provider says so' }),
  })
  .meta({ id: 'ProviderInfo' });

/** A checksum that the provider knows, in lower-case hexadecimal digits. */
const Hex = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`))
    .nullable()
    .default(null);

/** Where an episode's bytes are, at this moment; asked for at claim time and again when a link expires. */
export const Source = z
  .object({
    engine: z.enum(['http', 'hls', 'ytdlp']),
    url: z.url({ protocol: /^https?$/ }),
    headers: z.record(z.string(), z.string()).default({}),
    size: Bytes.nullable().default(null).meta({ description: 'When the provider knows it' }),
    sha256: Hex(64),
    sha1: Hex(40),
    md5: Hex(32),
    crc32: Hex(8).meta({ description: 'Often part of a file name: [1A2B3C4D]' }),
    ext: z
      .string()
      .regex(/^[a-z0-9]{1,8}$/)
      .default('mp4'),
  })
  .meta({ id: 'Source' });
export type Source = z.output<typeof Source>;
/** As a provider gives it, without what it does not know. */
export type SourceInput = z.input<typeof Source>;

export const Resolved = z.object({
  source: Source,
  /** The names that the naming template is filled with. */
  names: z.object({
    series: z.string(),
    year: z.int().nullable(),
    season: z.int().min(0),
    episode: z.int().min(1),
    absolute: z.int().nullable(),
    title: z.string(),
    air_date: z.iso.date().nullish(),
    provider: z.string().nullish(),
    tvdb_id: z.int().nullish(),
    anilist_id: z.int().nullish(),
  }),
  folder: z.string().meta({ description: 'Absolute path of the library folder' }),
  /** Whether files of the library are known in the folder: then it is not new, and must be mounted. */
  folder_known: z.boolean().optional(),
  /** Files that hold this episode and no other, which a better one may replace. */
  replaces: z.array(z.object({ path: z.string(), size: Bytes, mtime_ms: z.int() })).optional(),
  /** For what is written beside the file; what is not known is left out. */
  about: z
    .object({
      series_plot: z.string().nullish(),
      plot: z.string().nullish(),
      duration: z.number().min(0).nullish().meta({ description: 'Seconds' }),
      poster_url: z.string().nullish(),
      still_url: z.string().nullish(),
    })
    .optional(),
});
export type Resolved = z.output<typeof Resolved>;

/** Why one of several episodes can't be resolved, as the answer for it alone would say it. */
const Refusal = z.object({ code: z.string(), detail: z.string(), retry_after: z.number().optional() });

export const providers = {
  list: rpc('providers.list', {
    summary: 'Where series can be searched and episodes come from',
    http: { method: 'get', path: '/providers', access: 'read' },
    request: Empty,
    reply: z.object({ items: z.array(ProviderInfo) }),
  }),
  resolve: rpc('providers.resolve', {
    summary: 'Where an episode’s bytes are now and where its file belongs',
    request: z.object({ episode_id: Id }),
    reply: Resolved,
    errors: ['EPISODE_NOT_FOUND', 'PROVIDER_NOT_FOUND', 'PROVIDER_FAILED', 'NO_SOURCE'],
    timeout_ms: 20_000,
  }),
  resolveMany: rpc('providers.resolve_many', {
    summary: 'The same for several episodes of a series, each with its own outcome, in the order asked',
    request: z.object({ episode_ids: z.array(Id).min(1).max(64) }),
    reply: z.object({
      items: z.array(z.union([z.object({ resolved: Resolved }), z.object({ refusal: Refusal })])),
    }),
    timeout_ms: 20_000,
  }),
};
