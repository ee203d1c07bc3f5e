import type { DownloadProgress } from '@aniworld/contracts';
import { skipToken, useQuery } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import type { ProgressMap } from '../cache/newer.ts';

const NOTHING: ProgressMap = {};

/** The newest sample of one running download; undefined when there is none. Filled by messages alone. */
export function useProgress(id: string | undefined): DownloadProgress | undefined {
  return useQuery({
    queryKey: keys.progress,
    queryFn: skipToken,
    initialData: NOTHING,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    select: (all: ProgressMap) => (id === undefined ? undefined : all[id]),
  }).data;
}
