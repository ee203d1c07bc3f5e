import type { ItemState } from '@aniworld/contracts';

export interface SeriesFilter {
  q?: string;
  missing?: boolean;
}

/** Where each piece of server state stands in the cache. */
export const keys = {
  authStatus: ['auth', 'status'] as const,
  allSeries: ['series'] as const,
  seriesLists: ['series', 'list'] as const,
  seriesList: (filter: SeriesFilter) => ['series', 'list', filter] as const,
  series: (id: string) => ['series', 'one', id] as const,
  episodes: (id: string) => ['series', 'episodes', id] as const,
  scan: ['scan'] as const,
  search: (q: string) => ['search', q] as const,
  providers: ['providers'] as const,
  config: ['config'] as const,
  naming: (template: string) => ['naming', template] as const,
  system: ['system'] as const,
  queue: ['queue'] as const,
  queueStatus: ['queue', 'status'] as const,
  progress: ['queue', 'progress'] as const,
  itemLists: ['queue', 'items'] as const,
  items: (state: ItemState) => ['queue', 'items', state] as const,
  allSeriesItems: ['queue', 'series'] as const,
  seriesItems: (id: string) => ['queue', 'series', id] as const,
  openItems: ['queue', 'one'] as const,
  item: (id: string) => ['queue', 'one', id] as const,
  episodeTimelines: ['queue', 'timeline'] as const,
  episodeTimeline: (episodeId: string) => ['queue', 'timeline', episodeId] as const,
};
