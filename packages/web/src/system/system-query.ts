import { type contracts, type Reply } from '@aniworld/contracts';
import { queryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';

export type System = Reply<typeof contracts.system.get>;
export type WorkerInfo = NonNullable<System['workers']>[number];
export type ServiceInfo = System['services'][number];

/** No message tells of workers and replicas that come and go. */
const EVERY_MS = 5_000;

export const systemQuery = queryOptions({
  queryKey: keys.system,
  queryFn: ({ signal }) => api.system.get({}, { signal }),
  refetchInterval: EVERY_MS,
});
