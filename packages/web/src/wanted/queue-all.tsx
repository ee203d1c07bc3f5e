import type { Priority, WantedEpisode } from '@aniworld/contracts';
import { Button, Text } from '@mantine/core';
import { type UseInfiniteQueryResult, useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { allItems, type Pages } from '../cache/pages.ts';
import { Confirm } from '../pieces/confirm.tsx';
import { PrioritySelect } from '../pieces/priority-select.tsx';
import { useQueueEpisodes } from './use-queue-episodes.ts';
import type { Reason } from './wanted-search.ts';
import { canQueueStanding, reasonOf } from './why.ts';

type List = UseInfiniteQueryResult<Pages<WantedEpisode>>;

interface QueueAllProps {
  list: List;
  /** How many are known so far. */
  count: number;
  why: Reason | undefined;
}

/** Queues all that the list shows, with what is below its end, after saying how many that is. */
export function QueueAll({ list, count, why }: QueueAllProps) {
  const { t } = useTranslation();
  const [priority, setPriority] = useState<Priority>('normal');
  const gather = useMutation({ mutationFn: () => readAll(list, why) });
  const queue = useQueueEpisodes();
  const episodes = gather.data ?? [];
  const series = new Set(episodes.map((one) => one.series_id)).size;
  return (
    <>
      <Button
        variant="light"
        size="xs"
        leftSection={<Download size={15} aria-hidden />}
        loading={gather.isPending}
        onClick={() => gather.mutate()}
      >
        {list.hasNextPage ? t('wanted.queueAll') : t('wanted.queueAllOf', { count })}
      </Button>
      <Confirm
        opened={gather.data !== undefined}
        title={t('wanted.queueAllTitle')}
        action={t('wanted.queueOne')}
        loading={queue.isPending}
        onConfirm={() => queue.mutate({ episodes, priority }, { onSettled: gather.reset })}
        onClose={gather.reset}
      >
        <Text size="sm">
          {t('wanted.queueAllHint', {
            episodes: t('search.episodes', { count: episodes.length }),
            series: t('wanted.series', { count: series }),
          })}
        </Text>
        <PrioritySelect value={priority} onChange={setPriority} />
      </Confirm>
    </>
  );
}

async function readAll(list: List, why: Reason | undefined): Promise<WantedEpisode[]> {
  let now = list;
  while (now.hasNextPage) now = await now.fetchNextPage({ throwOnError: true, cancelRefetch: false });
  const all = allItems(now.data);
  return all.filter((one) => canQueueStanding(one.standing) && (!why || reasonOf(one.standing) === why));
}
