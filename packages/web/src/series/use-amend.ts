import type { Episode, RequestInput, SeriesDetails } from '@aniworld/contracts';
import type { contracts } from '@aniworld/contracts';
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { refreshSoon } from '../cache/refresh-soon.ts';
import { today } from '../format/day.ts';
import { api } from '../session/api.ts';
import { type EpisodeChoice, withMonitored } from './monitored.ts';

export type SeriesAmendment = Omit<RequestInput<typeof contracts.anime.update>, 'id'>;

/** Changes what is wanted of a series; shown at once, and taken back when it fails. */
export function useAmendSeries(id: string) {
  const client = useQueryClient();
  const show = useShownAtOnce<SeriesDetails>(keys.series(id));
  return useMutation({
    mutationFn: (change: SeriesAmendment) => api.anime.update({ id, ...change }),
    onMutate: ({ links: _, ...change }: SeriesAmendment) => show((series) => ({ ...series, ...change })),
    onError: (_error, _change, takeBack) => takeBack?.(),
    onSuccess: (fresh, { monitor }) => {
      client.setQueryData(keys.series(id), fresh);
      refreshSoon(client, keys.seriesLists);
      if (monitor) refreshSoon(client, keys.episodes(id));
    },
  });
}

/** Says of episodes whether they are wanted; shown at once, and taken back when it fails. */
export function useMonitorEpisodes(id: string) {
  const client = useQueryClient();
  const show = useShownAtOnce<Episode[]>(keys.episodes(id));
  return useMutation({
    mutationFn: (change: EpisodeChoice & { monitored: boolean }) => api.anime.monitor({ id, ...change }),
    onMutate: (change) => show((episodes) => withMonitored(episodes, change, change.monitored, today())),
    onError: (_error, _change, takeBack) => takeBack?.(),
    onSettled: () => {
      for (const key of [keys.series(id), keys.episodes(id), keys.seriesLists]) refreshSoon(client, key);
    },
  });
}

/** Changes what the cache holds, before an answer on its way can overwrite it; gives the way back. */
function useShownAtOnce<T>(key: QueryKey) {
  const client = useQueryClient();
  return async (change: (known: T) => T): Promise<() => void> => {
    await client.cancelQueries({ queryKey: key });
    const before = client.getQueryData<T>(key);
    client.setQueryData<T>(key, (known) => known && change(known));
    return () => {
      client.setQueryData(key, before);
      // Another change may have been shown meanwhile, which this has taken back too.
      refreshSoon(client, key);
    };
  };
}
