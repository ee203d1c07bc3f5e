import { queryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';

/** The configuration in force. */
export const configQuery = queryOptions({
  queryKey: keys.config,
  queryFn: ({ signal }) => api.config.get({}, { signal }),
  // A form that is being filled in must not be read anew under the hand.
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnMount: 'always',
});
