import type { Priority, Reply, RequestInput } from '@aniworld/contracts';
import type { contracts } from '@aniworld/contracts';
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { keys } from '../cache/keys.ts';
import { patchItem } from '../cache/queue-patch.ts';
import { refreshSoon } from '../cache/refresh-soon.ts';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';

type AddReply = Reply<typeof contracts.queue.add>;

/** Queues the chosen episodes. */
export function useDownloadEpisodes(seriesId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (choice: { episode_ids: string[]; priority: Priority }) =>
      api.queue.add({ series_id: seriesId, ...choice }),
    onSuccess: (reply) => announce(client, reply),
  });
}

/** Queues what is missing of the series, or of one season. */
export function useDownloadMissing(seriesId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (choice: Omit<RequestInput<typeof contracts.anime.download>, 'id'>) =>
      api.anime.download({ id: seriesId, ...choice }),
    onSuccess: (reply) => announce(client, reply),
  });
}

/** Shows the items at once; undo takes back what this call has added and nothing else. */
function announce(client: QueryClient, { items, added, batch }: AddReply): void {
  for (const item of items.slice(0, 200)) patchItem(client, item);
  refreshSoon(client, keys.queue);
  if (added === 0 || batch === null) return showDone(t('series.queuedNone'));
  showDone(t('series.queued', { count: added }), async () => {
    const { count } = await api.queue.undo({ batch });
    refreshSoon(client, keys.queue);
    showDone(count === 0 ? t('queue.undoneNone') : t('queue.undone', { count }));
  });
}
