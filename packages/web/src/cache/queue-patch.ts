import type { DownloadProgress, ItemState, QueueItem, QueueStatus, QueueUpdate } from '@aniworld/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { type ItemPages, withItem, without } from './item-pages.ts';
import { keys } from './keys.ts';
import { newerProgress, newerVersion, type ProgressMap, replaceProgress, withoutProgress } from './newer.ts';
import { refreshSoon } from './refresh-soon.ts';
import { patchStanding, refreshStandings } from './standing-patch.ts';

/** Brings one item into every list that shows it. */
export function patchItem(client: QueryClient, item: QueueItem): void {
  for (const [key, pages] of client.getQueriesData<ItemPages>({ queryKey: keys.itemLists })) {
    if (!pages) continue;
    const next = withItem(pages, key[2] as ItemState, item);
    if (next === null) refreshSoon(client, key);
    else if (next !== pages) client.setQueryData(key, next);
  }
  client.setQueryData<QueueItem[]>(keys.seriesItems(item.series_id), (items) => {
    if (!items) return undefined;
    const known = items.find((one) => one.id === item.id);
    return known ? items.map((one) => (one === known ? newerVersion(one, item) : one)) : [...items, item];
  });
  for (const key of [keys.item(item.id), keys.episodeTimeline(item.episode_id)]) {
    if (client.getQueryState(key)) refreshSoon(client, key);
  }
  patchStanding(client, item);
  if (item.state !== 'downloading') endProgress(client, [item.id]);
}

/** Takes removed items out of every list. */
export function dropItems(client: QueryClient, ids: string[]): void {
  client.setQueriesData<ItemPages>({ queryKey: keys.itemLists }, (pages) => pages && without(pages, ids));
  client.setQueriesData<QueueItem[]>({ queryKey: keys.allSeriesItems }, (items) =>
    items?.filter((item) => !ids.includes(item.id)),
  );
  endProgress(client, ids);
}

export function patchStatus(client: QueryClient, status: QueueStatus): void {
  client.setQueryData<QueueStatus>(keys.queueStatus, (known) => newerVersion(known, status));
}

/** Applies a change of the queue; what one message can't tell is read again. */
export function patchUpdate(client: QueryClient, { status, change }: QueueUpdate): void {
  if (status) patchStatus(client, status);
  if (!change) return;
  if (change.kind === 'removed' || change.items.length === 0) refreshStandings(client);
  if (change.kind === 'removed') for (const key of [keys.openItems, keys.episodeTimelines]) refreshSoon(client, key);
  if (change.kind === 'removed' && change.ids.length > 0) return dropItems(client, change.ids);
  for (const item of change.items) patchItem(client, item);
  const told = change.items.length > 0;
  const placed = change.kind === 'moved' || change.kind === 'priority' || change.kind === 'requeued';
  if (!told || placed) refreshSoon(client, told ? keys.items('pending') : keys.itemLists);
  if (told) return;
  // What happened to many at once is told by their ids alone.
  for (const key of [keys.allSeriesItems, keys.openItems, keys.episodeTimelines]) refreshSoon(client, key);
}

/** Applies samples of running downloads, the newest of each item. */
export function patchProgress(client: QueryClient, samples: DownloadProgress[]): void {
  client.setQueryData<ProgressMap>(keys.progress, (known = {}) => {
    const next = { ...known };
    for (const sample of samples) next[sample.id] = newerProgress(known[sample.id], sample);
    return next;
  });
  const running = client.getQueryData<ItemPages>(keys.items('downloading'));
  if (!running) return;
  const shown = new Set(running.pages.flatMap((page) => page.items.map((item) => item.id)));
  if (samples.some((sample) => !shown.has(sample.id))) refreshSoon(client, keys.items('downloading'));
}

export function resetProgress(client: QueryClient, active: DownloadProgress[]): void {
  client.setQueryData<ProgressMap>(keys.progress, (known = {}) => replaceProgress(known, active));
}

function endProgress(client: QueryClient, ids: string[]): void {
  client.setQueryData<ProgressMap>(keys.progress, (known) => known && withoutProgress(known, ids));
}
