import type { Episode, QueueItem } from '@aniworld/contracts';
import { queryOptions } from '@tanstack/react-query';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';

export const seriesQuery = (id: string) =>
  queryOptions({ queryKey: keys.series(id), queryFn: ({ signal }) => api.anime.get({ id }, { signal }) });

export const episodesQuery = (id: string) =>
  queryOptions({
    queryKey: keys.episodes(id),
    queryFn: ({ signal }) => readEpisodes(id, signal),
  });

/** All of them: of very long series they come in several pages. */
async function readEpisodes(id: string, signal: AbortSignal): Promise<Episode[]> {
  const episodes: Episode[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.anime.episodes({ id, ...(cursor && { cursor }) }, { signal });
    episodes.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return episodes;
}

/** Everything that the queue holds of one series. */
export const seriesItemsQuery = (id: string) =>
  queryOptions({ queryKey: keys.seriesItems(id), queryFn: ({ signal }) => readItems(id, signal) });

async function readItems(series_id: string, signal: AbortSignal): Promise<QueueItem[]> {
  const items: QueueItem[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.queue.items({ series_id, limit: 200, ...(cursor && { cursor }) }, { signal });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return items;
}
