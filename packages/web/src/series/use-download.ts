import type { Priority, QueueItem, Reply, RequestInput } from '@aniworld/contracts';
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
    mutationFn: (choice: { episode_ids: string[]; priority: Priority }) => {
      const known = knownItems(client, seriesId);
      return api.queue.add({ series_id: seriesId, ...choice }).then((reply) => announce(client, reply, known));
    },
  });
}

/** Queues what is missing of the series, or of one season. */
export function useDownloadMissing(seriesId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (choice: Omit<RequestInput<typeof contracts.anime.download>, 'id'>) => {
      const known = knownItems(client, seriesId);
      return api.anime.download({ id: seriesId, ...choice }).then((reply) => announce(client, reply, known));
    },
  });
}

function knownItems(client: QueryClient, seriesId: string): Set<string> {
  const items = client.getQueryData<QueueItem[]>(keys.seriesItems(seriesId)) ?? [];
  return new Set(items.map((item) => item.id));
}

/** Shows the items at once; undo takes back only what this call has added. */
function announce(client: QueryClient, reply: AddReply, known: Set<string>): AddReply {
  for (const item of reply.items.slice(0, 200)) patchItem(client, item);
  refreshSoon(client, keys.queue);
  const ids = reply.items.filter((item) => !known.has(item.id)).map((item) => item.id);
  if (reply.added === 0) showDone(t('series.queuedNone'));
  else showDone(t('series.queued', { count: reply.added }), () => api.queue.removeMany({ ids }));
  return reply;
}
