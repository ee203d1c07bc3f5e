import type { FileState, ItemState, MissingStanding } from '@aniworld/contracts';
import type { LibrarySearch } from '../library/library-search.ts';

export interface WantedFilter {
  sort?: 'air_date' | 'series';
  series_id?: string;
  season?: number;
  /** First day of airing. */
  since?: string;
  standing?: MissingStanding[];
}

export interface CalendarSpan {
  /** First and last day. */
  from: string;
  to: string;
  unmonitored: boolean;
}

/** Where each piece of server state stands in the cache. */
export const keys = {
  authStatus: ['auth', 'status'] as const,
  allSeries: ['series'] as const,
  seriesLists: ['series', 'list'] as const,
  seriesList: (search: LibrarySearch) => ['series', 'list', search] as const,
  series: (id: string) => ['series', 'one', id] as const,
  episodes: (id: string) => ['series', 'episodes', id] as const,
  numbering: (id: string) => ['series', 'numbering', id] as const,
  seriesTimeline: (id: string) => ['series', 'timeline', id] as const,
  wanted: ['wanted'] as const,
  wantedList: (filter: WantedFilter) => ['wanted', filter] as const,
  calendar: ['calendar'] as const,
  calendarSpan: (span: CalendarSpan) => ['calendar', span] as const,
  scan: ['scan'] as const,
  files: ['files'] as const,
  openFiles: ['files', 'open'] as const,
  openFilesOf: (kind: FileState) => ['files', 'open', kind] as const,
  matchTrial: (request: unknown) => ['match-trial', request] as const,
  matchRules: ['files', 'rules'] as const,
  matchRulesOf: (series: string | undefined) => ['files', 'rules', series ?? null] as const,
  renamePlans: ['rename', 'plan'] as const,
  renamePlansOf: (series: string | undefined) => ['rename', 'plan', series ?? null] as const,
  renames: ['rename', 'all'] as const,
  renaming: (id: string) => ['rename', 'one', id] as const,
  search: (q: string) => ['search', q] as const,
  providers: ['providers'] as const,
  config: ['config'] as const,
  configHistory: ['config-history'] as const,
  naming: (template: string) => ['naming', template] as const,
  system: ['system'] as const,
  tasks: ['tasks'] as const,
  backups: ['backups'] as const,
  schedule: (name: string, schedule: string) => ['schedule', name, schedule] as const,
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
