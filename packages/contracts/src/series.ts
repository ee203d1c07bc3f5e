import { z } from 'zod';
import { event, rpc } from './define.ts';
import { MediaFacts } from './media.ts';
import { AddResult } from './queue.ts';
import { Bytes, Empty, EpisodeNumber, Id, PageQuery, page, Priority, SeasonNumber, Timestamp } from './shared.ts';

export const SeriesStatus = z.enum(['continuing', 'ended', 'upcoming', 'unknown']).meta({ id: 'SeriesStatus' });

export const Monitor = z.enum(['all', 'future', 'missing', 'none']).meta({
  id: 'Monitor',
  description:
    'Which episodes are wanted: all; those that have not aired yet; those without a file or not aired yet; none. It holds for those that appear later and, when it is set, for those that are there',
});
export type Monitor = z.output<typeof Monitor>;

/** Lower case, so that a tag is found however it is written. */
const Tag = z.string().trim().toLowerCase().min(1).max(50);
const Tags = z.array(Tag).max(50);

export const Series = z
  .object({
    id: Id,
    title: z.string(),
    year: z.int().nullable(),
    synonyms: z.array(z.string()),
    overview: z.string().nullable(),
    status: SeriesStatus,
    poster_url: z.string().nullable(),
    provider: z.string().meta({ description: 'Id of the provider that it was added from' }),
    provider_ref: z.string(),
    folder: z.string().meta({ description: 'The library folder that its files go to' }),
    monitor: Monitor,
    auto_download: z.boolean().meta({ description: 'Queue what is missing by itself' }),
    priority: Priority.meta({ description: 'Of its downloads, unless another is named' }),
    tags: z.array(z.string()),
    episode_count: z.int().min(0),
    file_count: z.int().min(0).meta({ description: 'Episodes with a file' }),
    missing_count: z.int().min(0).meta({ description: 'Monitored episodes that have aired and have no file' }),
    monitored_count: z.int().min(0),
    size: Bytes.meta({ description: 'Bytes on disk' }),
    next_airing: z.iso.date().nullable().meta({ description: 'Day of the next episode after today (UTC)' }),
    added_at: Timestamp,
  })
  .meta({ id: 'Series' });
export type Series = z.output<typeof Series>;

export const SeasonSummary = z
  .object({
    season: SeasonNumber,
    episode_count: z.int().min(0),
    file_count: z.int().min(0),
    missing_count: z.int().min(0),
    monitored_count: z.int().min(0),
  })
  .meta({ id: 'SeasonSummary' });
export type SeasonSummary = z.output<typeof SeasonSummary>;

export const SeriesDetails = Series.extend({
  links: z
    .record(z.string(), z.string())
    .meta({ description: 'Its ids elsewhere, by site, such as tvdb or anilist; the provider’s own is among them' }),
  seasons: z.array(SeasonSummary).meta({ description: 'In order, specials last' }),
  files_elsewhere: z
    .int()
    .min(0)
    .meta({ description: 'Of its files, those that lie in another folder than `folder`: a change of it moves none' }),
}).meta({ id: 'SeriesDetails' });
export type SeriesDetails = z.output<typeof SeriesDetails>;

export const Episode = z
  .object({
    id: Id,
    series_id: Id,
    season: SeasonNumber,
    episode: EpisodeNumber,
    absolute: z
      .int()
      .min(1)
      .nullable()
      .meta({ description: 'Number counted over the whole series, apart from season and episode' }),
    title: z.string(),
    overview: z.string().nullable(),
    air_date: z.iso.date().nullable(),
    duration: z.number().min(0).nullable().meta({ description: 'Seconds' }),
    file: z
      .object({
        path: z.string(),
        size: Bytes,
        modified_at: Timestamp,
        match: z.string().meta({ description: 'Why this file belongs to this episode' }),
        media: MediaFacts.nullable()
          .optional()
          .meta({ description: 'What is in it; null until it was looked into, or when it is no video' }),
      })
      .nullable(),
    monitored: z.boolean(),
    missing: z.boolean().meta({ description: 'Monitored, aired, and without a file' }),
  })
  .meta({ id: 'Episode' });
export type Episode = z.output<typeof Episode>;

/** What the queue has to know of an episode so that it can be shown, named and fetched. */
export const EpisodeBrief = z.object({
  episode_id: Id,
  series_id: Id,
  series_title: z.string(),
  season: SeasonNumber,
  episode: EpisodeNumber,
  title: z.string(),
});
export type EpisodeBrief = z.output<typeof EpisodeBrief>;

const ById = z.object({ id: Id });

/** What a list of series may be narrowed by. */
export const SeriesFilter = z.object({
  missing: z.boolean().optional().meta({ description: 'true: only series with missing episodes' }),
  q: z.string().max(200).optional().meta({ description: 'Words of a title or synonym, or parts of them' }),
  status: SeriesStatus.optional(),
  monitor: Monitor.optional(),
  tag: Tag.optional(),
  folder: z.string().max(4_000).optional().meta({ description: 'A library folder' }),
  provider: z.string().max(200).optional(),
});
export type SeriesFilter = z.output<typeof SeriesFilter>;

const Site = z.string().regex(/^[a-z0-9_-]{1,32}$/, 'A site like tvdb or anilist');

/** What people change of a series; what is left out stays as it is. */
const SeriesChange = z.object({
  monitor: Monitor.optional(),
  auto_download: z.boolean().optional(),
  priority: Priority.optional(),
  folder: z
    .string()
    .max(4_000)
    .optional()
    .meta({ description: 'The library folder that new files go to; files that are there stay where they are' }),
  tags: Tags.optional().meta({ description: 'Exactly these' }),
  add_tags: Tags.optional(),
  remove_tags: Tags.optional(),
});
export type SeriesChange = z.output<typeof SeriesChange>;

/** Fields that are misspelt don’t arrive, and a change of nothing would look as if it had been done. */
const changesSomething = (change: object) =>
  (Object.entries(change) as [string, unknown][]).some(
    ([name, value]) => value !== undefined && !['id', 'ids', 'filter'].includes(name),
  );
const nothing = { message: 'Name at least one field to change', path: ['monitor'] };

/** Series of the library and their episodes; a part of the group `anime`. */
export const series = {
  list: rpc('anime.list', {
    summary: 'Series of the library',
    http: { method: 'get', path: '/anime', access: 'read' },
    request: PageQuery.extend(SeriesFilter.shape).extend({
      sort: z
        .enum(['title', 'added', 'size', 'missing', 'next_airing'])
        .default('title')
        .meta({ description: 'Titles and days in order; otherwise the newest, largest or most missing first' }),
    }),
    reply: page(Series).extend({
      total: z.int().min(0).nullable().meta({ description: 'Series that the filter finds; null on later pages' }),
    }),
  }),
  get: rpc('anime.get', {
    summary: 'One series with its seasons and links',
    http: { method: 'get', path: '/anime/{id}', access: 'read' },
    request: ById,
    reply: SeriesDetails,
    errors: ['SERIES_NOT_FOUND'],
  }),
  update: rpc('anime.update', {
    summary: 'Change what is wanted of a series, its tags, folder or links',
    http: { method: 'patch', path: '/anime/{id}', access: 'write' },
    request: ById.extend(SeriesChange.shape)
      .extend({
        links: z
          .record(Site, z.string().trim().min(1).max(100).nullable())
          .optional()
          .meta({ description: 'Ids elsewhere, by site; null removes one, those not named stay' }),
      })
      .refine(changesSomething, nothing),
    reply: SeriesDetails,
    errors: ['SERIES_NOT_FOUND', 'FOLDER_UNUSABLE'],
  }),
  updateMany: rpc('anime.update_many', {
    summary: 'Change many series in the same way: those named, or all that a filter finds ({} finds all)',
    http: { method: 'patch', path: '/anime', access: 'write' },
    request: SeriesChange.extend({
      ids: z.array(Id).min(1).max(1_000).optional(),
      filter: SeriesFilter.optional(),
    })
      .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
        message: 'Name either ids or a filter',
        path: ['ids'],
      })
      .refine(changesSomething, nothing),
    reply: z.object({ count: z.int().min(0).meta({ description: 'Series that were changed' }) }),
    errors: ['SERIES_NOT_FOUND', 'FOLDER_UNUSABLE'],
    timeout_ms: 120_000,
  }),
  episodes: rpc('anime.episodes', {
    summary: 'Episodes of a series, in order; specials last',
    http: { method: 'get', path: '/anime/{id}/episodes', access: 'read' },
    request: ById.extend({
      missing: z.boolean().optional(),
      season: SeasonNumber.optional(),
      cursor: PageQuery.shape.cursor,
      limit: z
        .int()
        .min(1)
        .max(2_000)
        .default(1_500)
        .meta({ description: 'At most; a page holds fewer where they would be more than a message carries' }),
    }),
    reply: page(Episode),
    errors: ['SERIES_NOT_FOUND'],
  }),
  monitor: rpc('anime.monitor', {
    summary: 'Say of episodes whether they are wanted: of those named, of a season, or of all',
    http: { method: 'patch', path: '/anime/{id}/episodes', access: 'write' },
    request: ById.extend({
      monitored: z.boolean(),
      episode_ids: z.array(Id).min(1).max(10_000).optional(),
      season: SeasonNumber.optional(),
      all: z.literal(true).optional(),
    }).refine(
      ({ episode_ids, season, all }) => [episode_ids, season, all].filter((one) => one !== undefined).length === 1,
      {
        message: 'Name one of episode_ids, season and all',
        path: ['episode_ids'],
      },
    ),
    reply: z.object({ count: z.int().min(0).meta({ description: 'Episodes that were changed' }) }),
    errors: ['SERIES_NOT_FOUND', 'EPISODE_NOT_FOUND'],
  }),
  download: rpc('anime.download', {
    summary: 'Queue what is missing of a series: all of it, or one season',
    http: { method: 'post', path: '/anime/{id}/download', status: 201, access: 'write' },
    request: ById.extend({
      season: SeasonNumber.optional(),
      priority: Priority.optional().meta({ description: 'The priority of the series when it is not given' }),
    }),
    reply: AddResult,
    errors: ['SERIES_NOT_FOUND'],
    timeout_ms: 10_000,
  }),
  refresh: rpc('anime.refresh', {
    summary: 'Ask the provider again which episodes there are',
    http: { method: 'post', path: '/anime/{id}/refresh', access: 'write' },
    request: ById,
    reply: SeriesDetails,
    errors: ['SERIES_NOT_FOUND', 'PROVIDER_NOT_FOUND', 'PROVIDER_FAILED'],
    timeout_ms: 20_000,
  }),
  remove: rpc('anime.remove', {
    summary: 'Remove a series from the library, with or without its files, and what the queue holds of it',
    http: { method: 'delete', path: '/anime/{id}', status: 204, access: 'write' },
    request: ById.extend({
      files: z.boolean().default(false).meta({
        description:
          'Its files too, with what stands beside them: to .aniworld/recycle of their library folder where library.recycle is on, otherwise for good',
      }),
    }),
    reply: Empty,
    errors: ['SERIES_NOT_FOUND', 'FOLDER_AWAY', 'FILES_REMAIN'],
    timeout_ms: 120_000,
  }),
  brief: rpc('anime.brief', {
    summary: 'What the queue has to know of episodes that are added to it',
    request: z.object({ series_id: Id, episode_ids: z.array(Id).min(1).max(10_000) }),
    reply: z.object({ items: z.array(EpisodeBrief) }),
    errors: ['SERIES_NOT_FOUND', 'EPISODE_NOT_FOUND'],
  }),
  changed: event('anime.changed', {
    summary: 'A series was added, changed or removed, or its files were',
    delivery: 'durable',
    room: 'library',
    type: 'library_changed',
    scoped: { series: 'series_id' },
    data: z.object({
      series_id: Id,
      change: z.enum(['added', 'updated', 'removed', 'files']),
      title: z.string(),
      more: z
        .int()
        .min(1)
        .optional()
        .meta({ description: 'So many others were changed in the same way at the same time: read the lists again' }),
    }),
  }),
};
