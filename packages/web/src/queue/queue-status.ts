import type { QueueStatus } from '@aniworld/contracts';
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

/** The queue's state in one word; `shut` is the server's own doing, and ends by itself. */
export function stateOf({ running, paused, reason }: QueueStatus): 'stopped' | 'paused' | 'shut' | 'running' {
  if (!running) return 'stopped';
  if (paused) return 'paused';
  return reason ? 'shut' : 'running';
}
