import { queryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';

/** Whether the queue runs, with its counts; kept fresh by messages. */
export const queueStatusQuery = queryOptions({
  queryKey: keys.queueStatus,
  queryFn: ({ signal }) => api.queue.status({}, { signal }),
});
