import { z } from 'zod';
import { rpc } from './define.ts';
import { FailureCause } from './queue.ts';
import { EpisodeNumber, Id, PageQuery, page, SeasonNumber, Timestamp } from './shared.ts';

/** Where an episode stands, as far as the catalog knows it from the files and from what the queue told. */
export const Standing = z
  .enum([
    'has_file',
    'not_monitored',
    'not_aired',
    'never_queued',
    'queued',
    'downloading',
    'failed',
    'no_source',
    'cancelled',
    'removed',
    'file_lost',
  ])
  .meta({
    id: 'Standing',
    description:
      'removed: taken out of the queue before it ran; file_lost: it was downloaded, but there is no file (any more)',
  });
export type Standing = z.output<typeof Standing>;

/** Where an episode of the wanted list stands: it has aired, is monitored and has no file. */
const MissingStanding = Standing.exclude(['has_file', 'not_monitored', 'not_aired']);
export type MissingStanding = z.output<typeof MissingStanding>;

/** An episode beside its series: what lists over all series are made of. */
export const ListedEpisode = z.object({
  episode_id: Id,
  series_id: Id,
  series_title: z.string(),
  season: SeasonNumber,
  episode: EpisodeNumber,
  absolute: z.int().min(1).nullable(),
  title: z.string(),
  air_date: z.iso.date().nullable(),
  monitored: z.boolean(),
  standing: Standing,
});

export const WantedEpisode = ListedEpisode.extend({
  cause: FailureCause.nullable().meta({ description: 'Why the last download failed' }),
  detail: z.string().nullable(),
  since: Timestamp.nullable().meta({ description: 'When the queue told of it last; null: never' }),
  failures: z.int().min(0).meta({ description: 'Downloads of it that failed for good, one after the other' }),
  auto_download: z.boolean().meta({ description: 'Whether the series queues its missing episodes by itself' }),
}).meta({ id: 'WantedEpisode' });
export type WantedEpisode = z.output<typeof WantedEpisode>;

export const SeriesEventKind = z
  .enum([
    'added',
    'refreshed',
    'episodes_added',
    'episodes_removed',
    'renumbered',
    'files_found',
    'files_lost',
    'downloaded',
    'queued',
    'renamed',
    'edited',
    'monitoring',
  ])
  .meta({
    id: 'SeriesEventKind',
    description: 'refreshed: what the provider or a metadata site says of it has changed; queued: by itself',
  });
export type SeriesEventKind = z.output<typeof SeriesEventKind>;

export const SeriesEvent = z
  .object({
    id: Id,
    at: Timestamp,
    what: SeriesEventKind,
    detail: z.string().nullable(),
    episode_ids: z.array(Id).max(100).meta({ description: 'Episodes that it is about, the first hundred' }),
    count: z.int().min(0).meta({ description: 'Of how many episodes it tells; 0: of the series itself' }),
  })
  .meta({ id: 'SeriesEvent' });
export type SeriesEvent = z.output<typeof SeriesEvent>;

export const EpisodeTimelineEntry = z
  .object({ at: Timestamp, from: z.enum(['library', 'queue']), what: z.string(), detail: z.string().nullable() })
  .meta({ id: 'EpisodeTimelineEntry' });
export type EpisodeTimelineEntry = z.output<typeof EpisodeTimelineEntry>;

/** What is missing and why, and what happened to series and episodes; a part of the group `anime`. */
export const wanted = {
  wanted: rpc('anime.wanted', {
    summary: 'Aired, monitored episodes without a file, over all series, each with why it is missing',
    http: { method: 'get', path: '/anime/wanted', access: 'read' },
    request: PageQuery.extend({
      sort: z.enum(['air_date', 'series']).default('air_date').meta({
        description: 'air_date: the newest first, those without a date last; series: by title, in order of watching',
      }),
      series_id: Id.optional(),
      season: SeasonNumber.optional(),
      since: z.iso.date().optional().meta({ description: 'Only those that aired on this day or later' }),
      standing: z.array(MissingStanding).min(1).max(MissingStanding.options.length).optional().meta({
        description: 'Only those that are missing for one of these reasons',
      }),
    }),
    reply: page(WantedEpisode),
    errors: ['SERIES_NOT_FOUND'],
  }),
  timeline: rpc('anime.timeline', {
    summary: 'What happened to a series, the newest first',
    http: { method: 'get', path: '/anime/{id}/timeline', access: 'read' },
    request: PageQuery.extend({ id: Id, what: SeriesEventKind.optional() }),
    reply: page(SeriesEvent),
    errors: ['SERIES_NOT_FOUND'],
  }),
  episodeTimeline: rpc('anime.episode_timeline', {
    summary: 'Why an episode is missing, or since when it is there: what happened to it in library and queue',
    http: { method: 'get', path: '/anime/episodes/{id}/timeline', access: 'read' },
    request: z.object({ id: Id }),
    reply: z.object({
      episode: WantedEpisode,
      sentence: z.string().meta({ description: 'Where it stands, in words' }),
      queue_known: z.boolean().meta({ description: 'false: the queue did not answer, so its part is left out' }),
      items: z.array(EpisodeTimelineEntry).meta({ description: 'The oldest first; the last thousand' }),
    }),
    errors: ['EPISODE_NOT_FOUND'],
    timeout_ms: 8_000,
  }),
};
