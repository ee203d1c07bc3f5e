import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';

/** A list as it is read page by page. */
export type Pages<Item> = InfiniteData<{ items: Item[]; next_cursor: string | null }>;

/** How every list of the server is read on. */
export const paged = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { next_cursor: string | null }) => page.next_cursor ?? undefined,
};

/** What is asked for: so many, from the cursor on if there is one. */
export const pageOf = (cursor: string | undefined, limit: number) => ({ limit, ...(cursor && { cursor }) });

/** The items of all pages that were read. */
export function allItems<Item>(read: { pages: readonly { items: Item[] }[] } | undefined): Item[] {
  return read?.pages.flatMap((page) => page.items) ?? [];
}

/** The same, and the same array until another page is there. */
export function useItems<Item>({ data }: UseInfiniteQueryResult<Pages<Item>>): Item[] {
  return useMemo(() => allItems(data), [data]);
}
