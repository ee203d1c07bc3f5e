import type { DownloadProgress } from '@aniworld/contracts';
import { skipToken, useQuery } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import type { ProgressMap } from '../cache/newer.ts';

const NOTHING: ProgressMap = {};

/** The newest sample of one running download; undefined when there is none. Filled by messages alone. */
export function useProgress(id: string | undefined): DownloadProgress | undefined {
  return useSelected((all) => (id === undefined ? undefined : all[id]));
}

export function useAllProgress(): ProgressMap {
  return useSelected((all) => all);
}

function useSelected<T>(select: (all: ProgressMap) => T): T {
  return useQuery({
    queryKey: keys.progress,
    queryFn: skipToken,
    initialData: NOTHING,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    select,
  }).data as T;
}
