import type { QueueItem } from '@aniworld/contracts';
import { Skeleton, Stack, Text } from '@mantine/core';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { formatBytes } from '../format/bytes.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { OpenedDrawer } from '../pieces/opened-drawer.tsx';
import { Timeline } from '../pieces/timeline.tsx';
import { api } from '../session/api.ts';
import { ItemName } from './item-name.tsx';
import { useOpenItem } from './open-item.ts';
import { queueLine } from './timeline-text.ts';

/** What happened to the item that the address names; live while it is open. */
export function ItemDrawer() {
  const { t } = useTranslation();
  const { item: id } = useSearch({ from: '/inside/queue' });
  const open = useOpenItem();
  return (
    <OpenedDrawer id={id} title={t('queue.history')} onClose={() => open(null)}>
      <History id={id} />
    </OpenedDrawer>
  );
}

function History({ id }: { id: string | undefined }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: keys.item(id ?? ''),
    queryFn: id === undefined ? skipToken : ({ signal }) => api.queue.get({ id }, { signal }),
    // The content stays while the drawer closes.
    placeholderData: (last) => (id === undefined ? last : undefined),
  });
  if (found.error?.code === 'ITEM_NOT_FOUND') return <Text c="dimmed">{t('queue.goneTitle')}.</Text>;
  if (found.isError) return <LoadError error={found.error} onRetry={found.refetch} />;
  if (!found.data) return <Skeleton height={220} aria-busy />;
  return (
    <Stack gap="lg">
      <div>
        <ItemName item={found.data.item} />
        <Facts item={found.data.item} />
      </div>
      <Timeline lines={found.data.timeline.map(queueLine)} />
    </Stack>
  );
}

function Facts({ item }: { item: QueueItem }) {
  const { t, i18n } = useTranslation();
  const facts = [
    t(`queue.state.${item.state}`),
    item.held && t('queue.isHeld'),
    item.bytes_total !== null && formatBytes(item.bytes_total, i18n.language),
    item.attempt > 0 && t('queue.attempt', { attempt: item.attempt, max: item.max_attempts }),
    item.host && t('queue.from', { host: item.host }),
  ];
  return (
    <Text size="xs" c="dimmed" mt={2} className="numbers">
      {facts.filter(Boolean).join(' · ')}
    </Text>
  );
}
