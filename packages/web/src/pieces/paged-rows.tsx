import { Skeleton } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { LucideIcon } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import type { Pages } from '../cache/pages.ts';
import { Blank } from './blank.tsx';
import { ItemRows } from './item-rows.tsx';
import { LoadError } from './load-error.tsx';

interface PagedRowsProps<Item> {
  list: UseInfiniteQueryResult<Pages<Item>>;
  items: Item[];
  keyOf: (item: Item) => string;
  empty: { icon: LucideIcon; title: string; hint: string };
  /** Guessed height of a row in pixels. */
  height?: number;
  children: (item: Item, index: number) => ReactNode;
}

/** A list that is read page by page as one scrolls; while it loads, fails or is empty, what stands in its place. */
export function PagedRows<Item>({ list, items, keyOf, empty, height, children }: PagedRowsProps<Item>) {
  const { hasNextPage, isFetching, isError, fetchNextPage } = list;
  const searching = items.length === 0 && hasNextPage;
  const more = () => void (hasNextPage && !isFetching && !isError && fetchNextPage());
  useEffect(() => {
    // A page without rows is no end.
    if (searching) more();
  });
  if (isError && items.length === 0) return <LoadError error={list.error} onRetry={list.refetch} />;
  if (list.isPending || searching) return <Skeleton height={240} radius="lg" aria-busy />;
  if (items.length === 0) return <Blank {...empty} />;
  return (
    <>
      <ItemRows
        count={items.length}
        {...(height !== undefined && { height })}
        keyOf={(index) => keyOf(items[index]!)}
        onEnd={more}
      >
        {(index) => children(items[index]!, index)}
      </ItemRows>
      {isError && <LoadError error={list.error} onRetry={() => fetchNextPage()} />}
    </>
  );
}
