import { infiniteQueryOptions } from '@tanstack/react-query';
import { keys, type SeriesFilter } from '../cache/keys.ts';
import { api } from '../session/api.ts';

/** The library's series by the filter, page by page. */
export function seriesListQuery(filter: SeriesFilter) {
  return infiniteQueryOptions({
    queryKey: keys.seriesList(filter),
    queryFn: ({ pageParam, signal }) =>
      api.anime.list({ ...filter, limit: 200, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
