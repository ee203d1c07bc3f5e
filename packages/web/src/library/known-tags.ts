import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import type { SeriesPage } from './series-list.ts';

/** Tags of the series that were read already, in order: what a person most likely means. */
export function useKnownTags(): string[] {
  const lists = useQueryClient().getQueriesData<InfiniteData<SeriesPage>>({ queryKey: keys.seriesLists });
  const tags = lists.flatMap(([, list]) => list?.pages.flatMap((page) => page.items.flatMap((one) => one.tags)) ?? []);
  return [...new Set(tags)].sort((a, b) => a.localeCompare(b));
}
