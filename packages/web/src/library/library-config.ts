import { queryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';

/** Where the library is and what becomes of files that are removed. */
export const libraryConfigQuery = queryOptions({
  queryKey: keys.config,
  queryFn: ({ signal }) => api.config.get({}, { signal }),
  select: ({ config }) => config.library,
});
