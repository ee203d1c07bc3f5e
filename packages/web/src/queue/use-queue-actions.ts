import type { FailureCause, Priority, QueueItem } from '@aniworld/contracts';
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { type ItemPages, mapItems, withMoved } from '../cache/item-pages.ts';
import { keys } from '../cache/keys.ts';
import { dropItems } from '../cache/queue-patch.ts';
import { refreshSoon } from '../cache/refresh-soon.ts';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';

/** Removes items, a running download too; undo queues their episodes again. */
export function useRemoveItems() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (items: QueueItem[]) => api.queue.removeMany({ ids: idsOf(items) }),
    onSuccess: (_, items) => {
      dropItems(client, idsOf(items));
      refreshSoon(client, keys.queueStatus);
      const open = items.filter((item) => item.state === 'pending' || item.state === 'downloading');
      const undo = open.length === 0 ? undefined : () => addAgain(client, open);
      showDone(t('queue.removed', { count: items.length }), undo);
    },
  });
}

async function addAgain(client: QueryClient, items: QueueItem[]): Promise<void> {
  const groups = Map.groupBy(items, (item) => `${item.series_id} ${item.priority} ${item.held}`);
  for (const group of groups.values()) {
    const { series_id, priority, held } = group[0]!;
    const added = await api.queue.add({ series_id, priority, episode_ids: group.map((item) => item.episode_id) });
    if (held) await api.queue.hold({ ids: idsOf(added.items) });
  }
  refreshSoon(client, keys.queue);
}

/** Moves a pending item; the list shows it at once and is read again when the server refuses. */
export function useMoveItem() {
  const client = useQueryClient();
  const key = keys.items('pending');
  return useMutation({
    mutationFn: ({ item, position }: { item: QueueItem; position: number }) =>
      api.queue.reorder({ id: item.id, position }),
    onMutate: async ({ item, position }) => {
      await client.cancelQueries({ queryKey: key });
      client.setQueryData<ItemPages>(key, (pages) => pages && withMoved(pages, item.id, position));
    },
    onSettled: () => refreshSoon(client, key),
  });
}

export function useSetPriority() {
  const client = useQueryClient();
  const key = keys.items('pending');
  return useMutation({
    mutationFn: ({ items, priority }: { items: QueueItem[]; priority: Priority }) =>
      api.queue.priority({ ids: idsOf(items), priority }),
    onMutate: ({ items, priority }) => {
      const chosen = new Set(idsOf(items));
      const change = (item: QueueItem) => (chosen.has(item.id) ? { ...item, priority } : item);
      client.setQueryData<ItemPages>(key, (pages) => pages && mapItems(pages, change));
    },
    onSettled: () => refreshSoon(client, key),
  });
}

/** Lets waiting items wait until they are released, or run again; undo does the other. */
export function useHold() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ items, held }: Holding) => setHeld(client, items, held),
    onSuccess: ({ count }, { items, held }) =>
      showDone(t(held ? 'queue.held' : 'queue.released', { count }), () => setHeld(client, items, !held)),
  });
}

interface Holding {
  items: QueueItem[];
  held: boolean;
}

async function setHeld(client: QueryClient, items: QueueItem[], held: boolean) {
  const reply = await api.queue[held ? 'hold' : 'release']({ ids: idsOf(items) });
  refreshSoon(client, keys.items('pending'));
  return reply;
}

/** Puts failed items back: those given, or all, or all of one cause. */
export function useRetry() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (which: { ids?: string[]; cause?: FailureCause }) => api.queue.retry(which),
    onSuccess: ({ count }) => {
      showDone(t('queue.retried', { count }));
      refreshSoon(client, keys.queue);
    },
  });
}

export function useClear(which: 'clearCompleted' | 'clearFailed') {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.queue[which](),
    onSuccess: ({ count }) => {
      showDone(t('queue.cleared', { count }));
      refreshSoon(client, keys.queue);
    },
  });
}

function idsOf(items: QueueItem[]): string[] {
  return items.map((item) => item.id);
}
