import type { ItemState } from '@aniworld/contracts';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { paged, pageOf } from '../cache/pages.ts';
import { api } from '../session/api.ts';

/** The queue's items in one state, page by page, in the server's order. */
export function itemListQuery(state: ItemState) {
  return infiniteQueryOptions({
    ...paged,
    queryKey: keys.items(state),
    queryFn: ({ pageParam, signal }) => api.queue.items({ state, ...pageOf(pageParam, 200) }, { signal }),
  });
}
