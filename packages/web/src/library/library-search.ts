import { Monitor, SeriesStatus } from '@aniworld/contracts';
import type { RequestInput, SeriesFilter } from '@aniworld/contracts';
import type { contracts } from '@aniworld/contracts';

export const SORTS = ['title', 'added', 'size', 'missing', 'next_airing'] as const;
export type SeriesSort = NonNullable<RequestInput<typeof contracts.anime.list>['sort']>;

/** Which series the library page shows, and in which order, as its address has it. */
export interface LibrarySearch extends SeriesFilter {
  sort?: SeriesSort;
}

/** Reads an address, which anybody may have typed: what makes no sense is left out. */
export function readLibrarySearch(search: Record<string, unknown>): LibrarySearch {
  const { missing, status, monitor, sort } = search;
  return {
    ...textOf(search, 'q', 200),
    ...(missing === true && { missing: true }),
    ...(SeriesStatus.options.includes(status as never) && { status: SeriesStatus.parse(status) }),
    ...(Monitor.options.includes(monitor as never) && { monitor: Monitor.parse(monitor) }),
    ...textOf(search, 'tag', 50),
    ...textOf(search, 'provider', 200),
    ...textOf(search, 'folder', 4_000),
    ...(SORTS.includes(sort as never) && sort !== 'title' && { sort: sort as SeriesSort }),
  };
}

/** What narrows the list, without its order. */
export function filterOf({ sort: _, ...filter }: LibrarySearch): SeriesFilter {
  return filter;
}

/** A tag such as `2024` stands in the address as a number. */
function textOf(search: Record<string, unknown>, name: string, most: number): Record<string, string> {
  const value = search[name];
  if (typeof value !== 'string' && typeof value !== 'number') return {};
  const text = String(value).trim().slice(0, most);
  return text ? { [name]: text } : {};
}
