import type { contracts, Reply, RequestInput } from '@aniworld/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { paged, pageOf } from '../cache/pages.ts';
import { api } from '../session/api.ts';

export type OpenFile = Reply<typeof contracts.anime.unmatched>['items'][number];
export type OpenKind = OpenFile['state'];
export type MatchInput = RequestInput<typeof contracts.anime.match>;
export type MatchReply = Reply<typeof contracts.anime.match>;

/** The most that one request may name. */
export const MOST_FILES = 1_000;
const PAGE = 100;

/** Files that are no episode's, of one kind, in the order of their paths. */
export const openFilesQuery = (kind: OpenKind) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: keys.openFilesOf(kind),
    queryFn: ({ pageParam, signal }) => api.anime.unmatched({ kind, ...pageOf(pageParam, PAGE) }, { signal }),
  });

/** What people have decided, newest first; of one series where it is named. */
export const rulesQuery = (series: string | undefined) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: keys.matchRulesOf(series),
    queryFn: ({ pageParam, signal }) =>
      api.anime.matchRules({ ...(series && { series_id: series }), ...pageOf(pageParam, PAGE) }, { signal }),
  });

/** What renaming would do. A page may be empty and still have others after it. */
export const renamePlansQuery = (series: string | undefined) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: keys.renamePlansOf(series),
    queryFn: ({ pageParam, signal }) =>
      api.anime.previewRename({ ...(series && { series_ids: [series] }), ...pageOf(pageParam, PAGE) }, { signal }),
    // Every look reads folders.
    refetchOnWindowFocus: false,
  });

/** The running renaming and earlier ones, newest first. */
export const renamesQuery = infiniteQueryOptions({
  ...paged,
  queryKey: keys.renames,
  queryFn: ({ pageParam, signal }) => api.anime.renames(pageOf(pageParam, 10), { signal }),
});

/** One renaming, with what stayed as it was. */
export const renamingQuery = (id: string) =>
  queryOptions({ queryKey: keys.renaming(id), queryFn: ({ signal }) => api.anime.renaming({ id }, { signal }) });
