import { queryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';

/** What the server does by itself; kept fresh by messages. */
export const tasksQuery = queryOptions({
  queryKey: keys.tasks,
  queryFn: ({ signal }) => api.tasks.list({}, { signal }),
});
