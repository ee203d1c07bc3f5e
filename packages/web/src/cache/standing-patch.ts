import type { CalendarEntry, QueueItem, Standing, WantedEpisode } from '@aniworld/contracts';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { keys, type WantedFilter } from './keys.ts';
import { refreshSoon } from './refresh-soon.ts';

type Listed = CalendarEntry | WantedEpisode;
export type ListedPages = InfiniteData<{ items: Listed[]; next_cursor: string | null }>;

/** Brings what the queue does with an episode into the lists of what is missing and of what airs. */
export function patchStanding(client: QueryClient, item: QueueItem): void {
  patchStandings(client, [item]);
}

export function patchStandings(client: QueryClient, items: QueueItem[]): void {
  const byEpisode = new Map(items.map((item) => [item.episode_id, item]));
  for (const queryKey of [keys.wanted, keys.calendar]) {
    client.setQueriesData<ListedPages>({ queryKey }, (pages) => pages && withStandings(pages, byEpisode));
  }
  refreshNarrowed(client);
}

/** A list of one reason may lack what has just come to it. */
function refreshNarrowed(client: QueryClient): void {
  for (const { queryKey } of client.getQueryCache().findAll({ queryKey: keys.wanted, type: 'active' })) {
    const [, filter] = queryKey as [string, WantedFilter?];
    if (filter?.standing) refreshSoon(client, queryKey);
  }
}

/** Reads both lists again, once for many calls. While a scan runs its end does it: it tells of each series by itself. */
export function refreshStandings(client: QueryClient): void {
  if (client.getQueryData<{ state: string }>(keys.scan)?.state === 'running') return;
  refreshSoon(client, keys.wanted);
  refreshSoon(client, keys.calendar);
}

/** The pages with the episodes' new standings; the same pages where nothing changes. */
export function withStandings(pages: ListedPages, items: ReadonlyMap<string, QueueItem>): ListedPages {
  let changed = false;
  const next = pages.pages.map((page) => {
    if (!page.items.some((episode) => items.has(episode.episode_id))) return page;
    changed = true;
    return { ...page, items: page.items.map((episode) => withStanding(episode, items.get(episode.episode_id))) };
  });
  return changed ? { ...pages, pages: next } : pages;
}

function withStanding(episode: Listed, item: QueueItem | undefined): Listed {
  const standing = item && standingOf(item);
  if (!standing || episode.standing === 'has_file') return episode;
  const told = 'failures' in episode && { cause: item.error_cause, detail: item.error_detail };
  return { ...episode, standing, ...told };
}

/** A completed one stays as it is until the library tells of its file. */
function standingOf({ state, error_cause }: QueueItem): Standing | null {
  if (state === 'pending') return 'queued';
  if (state === 'completed') return null;
  if (state !== 'failed') return state;
  return error_cause === 'no_source' || error_cause === 'gone' ? 'no_source' : 'failed';
}
