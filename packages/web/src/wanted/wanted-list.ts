import { infiniteQueryOptions } from '@tanstack/react-query';
import type { WantedFilter } from '../cache/keys.ts';
import { keys } from '../cache/keys.ts';
import { paged, pageOf } from '../cache/pages.ts';
import { api } from '../session/api.ts';
import type { WantedSearch } from './wanted-search.ts';
import { standingsOf } from './why.ts';

const PAGE = 200;
/** 10,000 episodes: a live change reads all pages again, and nobody scrolls further. */
const MOST_PAGES = 50;

/** What is missing by the filter, page by page. */
export function wantedListQuery(filter: WantedFilter) {
  return infiniteQueryOptions({
    ...paged,
    queryKey: keys.wantedList(filter),
    queryFn: ({ pageParam, signal }) => api.anime.wanted({ ...filter, ...pageOf(pageParam, PAGE) }, { signal }),
    getNextPageParam: (page, pages) => (pages.length < MOST_PAGES && page.next_cursor) || undefined,
    // Comparing ten thousand rows with themselves at each page costs more than it saves.
    structuralSharing: false,
  });
}

/** What the server is asked, of what the address says. */
export function filterOf({ sort, series, season, days, why }: WantedSearch, now = Date.now()): WantedFilter {
  return {
    ...(sort && { sort }),
    ...(series && { series_id: series }),
    ...(season !== undefined && { season }),
    ...(why && { standing: standingsOf(why) }),
    ...(days && { since: new Date(now - days * 86_400_000).toISOString().slice(0, 10) }),
  };
}
