import { queryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';

/** Workers report their speed this often, and no message tells of it. */
const SPEED_MS = 2_000;

/** Whether the queue runs, with its counts, kept fresh by messages; speed and time left are asked for while something runs. */
export const queueStatusQuery = queryOptions({
  queryKey: keys.queueStatus,
  queryFn: ({ signal }) => api.queue.status({}, { signal }),
  refetchInterval: ({ state }) => (state.data?.counts.downloading ? SPEED_MS : false),
});
