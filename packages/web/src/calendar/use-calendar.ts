import type { CalendarEntry } from '@aniworld/contracts';
import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { type CalendarSpan, keys } from '../cache/keys.ts';
import { allItems, paged, pageOf } from '../cache/pages.ts';
import { api } from '../session/api.ts';

/** 5,000 episodes in six weeks: of more than that nobody reads a calendar. */
const MOST_PAGES = 25;

function calendarQuery(span: CalendarSpan) {
  return infiniteQueryOptions({
    ...paged,
    queryKey: keys.calendarSpan(span),
    queryFn: ({ pageParam, signal }) => api.anime.calendar({ ...span, ...pageOf(pageParam, 200) }, { signal }),
    getNextPageParam: (page, pages) => (pages.length < MOST_PAGES && page.next_cursor) || undefined,
    structuralSharing: false,
  });
}

/** All episodes that air in the span, by their days; read page after page. */
export function useCalendar(span: CalendarSpan) {
  const list = useInfiniteQuery({ ...calendarQuery(span), placeholderData: keepPreviousData });
  const { hasNextPage, isFetching, isError, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const pages = list.data?.pages;
  const days = useMemo(() => byDay(allItems(list.data)), [list.data]);
  const cut = !hasNextPage && Boolean(pages?.at(-1)?.next_cursor);
  return { list, days, cut, loading: list.isPending || list.isPlaceholderData || hasNextPage };
}

/** Of a day by series, as one reads them; the server orders by day alone. */
function byDay(entries: CalendarEntry[]): Map<string, CalendarEntry[]> {
  const days = Map.groupBy(entries, (entry) => entry.air_date);
  for (const day of days.values()) {
    day.sort((a, b) => a.series_title.localeCompare(b.series_title) || a.season - b.season || a.episode - b.episode);
  }
  return days;
}
