import { queryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';

/** The running scan, or the last one; kept fresh by messages. */
export const scanQuery = queryOptions({
  queryKey: keys.scan,
  queryFn: ({ signal }) => api.anime.scan({}, { signal }),
});
