import type { contracts, Reply } from '@aniworld/contracts';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { paged, pageOf } from '../cache/pages.ts';
import { api } from '../session/api.ts';
import type { LibrarySearch } from './library-search.ts';

export type SeriesPage = Reply<typeof contracts.anime.list>;

/** The library's series by filter and order, page by page. */
export function seriesListQuery(search: LibrarySearch) {
  return infiniteQueryOptions({
    ...paged,
    queryKey: keys.seriesList(search),
    queryFn: ({ pageParam, signal }) => api.anime.list({ ...search, ...pageOf(pageParam, 200) }, { signal }),
  });
}
