import type { QueueStatus } from '@aniworld/contracts';
import { SimpleGrid, Skeleton, Text, Title, VisuallyHidden } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { allItems } from '../cache/pages.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { ActiveDownload } from './active-download.tsx';
import { itemListQuery } from './item-list.ts';
import { queueStatusQuery, stateOf } from './queue-status.ts';

/** What is being downloaded now. */
export function ActiveDownloads() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(itemListQuery('downloading'));
  const items = allItems(list.data);
  return (
    <section aria-labelledby="active-title">
      <Title order={2} size="h4" mb="sm" id="active-title">
        {t('queue.active')}
      </Title>
      {/* Only how many there are is read aloud: a bar that speaks four times a second helps nobody. */}
      <VisuallyHidden role="status">{t('queue.announce', { count: items.length })}</VisuallyHidden>
      {list.isPending && <Skeleton height={92} radius="lg" aria-busy />}
      {list.isError && <LoadError error={list.error} onRetry={list.refetch} />}
      {list.isSuccess && items.length === 0 && <Idle />}
      <SimpleGrid cols={{ base: 1, md: items.length > 1 ? 2 : 1 }} spacing="sm">
        {items.map((item) => (
          <ActiveDownload key={item.id} item={item} />
        ))}
      </SimpleGrid>
    </section>
  );
}

function Idle() {
  const { t } = useTranslation();
  const status = useQuery(queueStatusQuery).data;
  const waiting = useInfiniteQuery(itemListQuery('pending'));
  const allHeld = !waiting.hasNextPage && allItems(waiting.data).every((item) => item.held);
  const hint = status && idleHint(status, waiting.isSuccess && allHeld);
  return (
    <Text c="dimmed">
      {t('queue.idle')}. {hint && t(`queue.idleHint.${hint}`)}
    </Text>
  );
}

/** Why nothing runs; nothing is said where the bar above says it. */
function idleHint(status: QueueStatus, allHeld: boolean) {
  if (status.counts.pending === 0) return 'empty';
  const state = stateOf(status);
  if (state === 'running') return allHeld ? 'held' : 'running';
  return state === 'shut' ? 'shut' : null;
}
