import type { contracts, Priority, Reply, WantedEpisode } from '@aniworld/contracts';
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { keys } from '../cache/keys.ts';
import { refreshSoon } from '../cache/refresh-soon.ts';
import { patchStandings, refreshStandings } from '../cache/standing-patch.ts';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';

type Added = Reply<typeof contracts.queue.add>;
export type QueueableEpisode = Pick<WantedEpisode, 'episode_id' | 'series_id'>;

/** The queue takes one series at a time; more calls at once would only wait for each other there. */
const AT_ONCE = 4;

/** Queues episodes of any series; undo takes back what this has added and nothing else. */
export function useQueueEpisodes() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (choice: { episodes: readonly QueueableEpisode[]; priority?: Priority }) => queueAll(client, choice),
    onSettled: () => refreshSoon(client, keys.queue),
  });
}

interface Choice {
  episodes: readonly QueueableEpisode[];
  priority?: Priority;
}

/** What was added before a call failed stays added, can be undone, and is told before the error is. */
async function queueAll(client: QueryClient, { episodes, priority }: Choice): Promise<void> {
  const groups = [...Map.groupBy(episodes, (episode) => episode.series_id)];
  const done: Added[] = [];
  const work = async () => {
    for (let group = groups.shift(); group; group = groups.shift()) {
      const [series_id, chosen] = group;
      const episode_ids = chosen.map((episode) => episode.episode_id);
      const reply = await api.queue.add({ series_id, episode_ids, ...(priority && { priority }) });
      done.push(reply);
      patchStandings(client, reply.items);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  const failed = ended.find((one) => one.status === 'rejected');
  if (!failed || done.length > 0) announce(client, done);
  if (failed) throw failed.reason;
}

function announce(client: QueryClient, done: Added[]): void {
  const count = done.reduce((sum, { added }) => sum + added, 0);
  const batches = done.flatMap(({ added, batch }) => (added > 0 && batch !== null ? [batch] : []));
  // Of more than five hundred at once the reply doesn't tell all.
  if (done.some(({ items }) => items.length === 500)) refreshStandings(client);
  if (batches.length === 0) return showDone(t('series.queuedNone'));
  showDone(t('series.queued', { count }), () => takeBack(client, batches));
}

async function takeBack(client: QueryClient, batches: string[]): Promise<void> {
  let taken = 0;
  for (const batch of batches) taken += (await api.queue.undo({ batch })).count;
  refreshSoon(client, keys.queue);
  refreshStandings(client);
  showDone(taken === 0 ? t('queue.undoneNone') : t('queue.undone', { count: taken }));
}
