import { z } from 'zod';
import { event, rpc } from './define.ts';
import { AddResult } from './queue.ts';
import { Bytes, Empty, EpisodeNumber, Id, PageQuery, page, Priority, SeasonNumber, Timestamp } from './shared.ts';

export const SeriesStatus = z.enum(['continuing', 'ended', 'upcoming', 'unknown']).meta({ id: 'SeriesStatus' });

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
    episode_count: z.int().min(0),
    file_count: z.int().min(0),
    missing_count: z.int().min(0).meta({ description: 'Aired episodes without a file' }),
    size: Bytes.meta({ description: 'Bytes on disk' }),
    added_at: Timestamp,
  })
  .meta({ id: 'Series' });
export type Series = z.output<typeof Series>;

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
      })
      .nullable(),
    missing: z.boolean(),
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

/** Series of the library and their episodes; a part of the group `anime`. */
export const series = {
  list: rpc('anime.list', {
    summary: 'Series of the library',
    http: { method: 'get', path: '/anime', access: 'read' },
    request: PageQuery.extend({
      missing: z.boolean().optional().meta({ description: 'true: only series with missing episodes' }),
      q: z.string().max(200).optional().meta({ description: 'Part of a title or synonym' }),
      status: SeriesStatus.optional(),
      sort: z.enum(['title', 'added']).default('title'),
    }),
    reply: page(Series),
  }),
  get: rpc('anime.get', {
    summary: 'One series',
    http: { method: 'get', path: '/anime/{id}', access: 'read' },
    request: ById,
    reply: Series,
    errors: ['SERIES_NOT_FOUND'],
  }),
  episodes: rpc('anime.episodes', {
    summary: 'Episodes of a series, in order; specials last',
    http: { method: 'get', path: '/anime/{id}/episodes', access: 'read' },
    request: ById.extend({ missing: z.boolean().optional() }),
    reply: z.object({ items: z.array(Episode) }),
    errors: ['SERIES_NOT_FOUND'],
  }),
  download: rpc('anime.download', {
    summary: 'Queue what is missing of a series: all of it, or one season',
    http: { method: 'post', path: '/anime/{id}/download', status: 201, access: 'write' },
    request: ById.extend({ season: SeasonNumber.optional(), priority: Priority.default('normal') }),
    reply: AddResult,
    errors: ['SERIES_NOT_FOUND'],
    timeout_ms: 10_000,
  }),
  refresh: rpc('anime.refresh', {
    summary: 'Ask the provider again which episodes there are',
    http: { method: 'post', path: '/anime/{id}/refresh', access: 'write' },
    request: ById,
    reply: Series,
    errors: ['SERIES_NOT_FOUND', 'PROVIDER_NOT_FOUND', 'PROVIDER_FAILED'],
    timeout_ms: 20_000,
  }),
  remove: rpc('anime.remove', {
    summary: 'Remove a series from the library; its files stay',
    http: { method: 'delete', path: '/anime/{id}', status: 204, access: 'write' },
    request: ById,
    reply: Empty,
    errors: ['SERIES_NOT_FOUND'],
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
    data: z.object({ series_id: Id, change: z.enum(['added', 'updated', 'removed', 'files']), title: z.string() }),
  }),
};
