import { queryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';

/** What all providers answer; kept a while, so that "back" shows it at once and asks nobody. */
export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: keys.search(q),
    queryFn: ({ signal }) => api.search.query({ q }, { signal }),
    enabled: q !== '',
    staleTime: 120_000,
  });
