import type { DownloadProgress, QueueItem } from '@aniworld/contracts';
import { ActionIcon, Group, Progress, Text, Tooltip } from '@mantine/core';
import { History, X } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes, formatSpeed } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import classes from './active-download.module.css';
import { ItemName } from './item-name.tsx';
import { itemLabel, itemTitle } from './item-text.ts';
import { useOpenItem } from './open-item.ts';
import { useProgress } from './progress.ts';
import { useRemoveItems } from './use-queue-actions.ts';

/** One running download with its bar; drawn anew by its own samples only. */
export const ActiveDownload = memo(function ActiveDownload({ item }: { item: QueueItem }) {
  const { t } = useTranslation();
  const live = useProgress(item.id);
  const open = useOpenItem();
  const remove = useRemoveItems();
  const percent = live?.percent ?? item.percent;
  return (
    <article className={`raised ${classes.card}`}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <ItemName item={item} />
        <Text fw={680} className="numbers" ml="auto" flex="0 0 auto">
          {Math.floor(percent)} %
        </Text>
        <Tooltip label={t('queue.history')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            mt={-3}
            mx={-6}
            aria-label={`${t('queue.history')}: ${itemTitle(item)}`}
            data-opens={item.id}
            onClick={() => open(item.id)}
          >
            <History size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('queue.cancel')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            mt={-3}
            aria-label={`${t('queue.cancel')}: ${itemTitle(item)}`}
            loading={remove.isPending}
            onClick={() => remove.mutate([item])}
          >
            <X size={17} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
      <Progress value={percent} size="md" radius="xl" my={8} transitionDuration={500} aria-label={itemLabel(item)} />
      <Facts item={item} live={live} />
    </article>
  );
});

function Facts({ item, live }: { item: QueueItem; live: DownloadProgress | undefined }) {
  const { t, i18n } = useTranslation();
  const size = (bytes: number) => formatBytes(bytes, i18n.language);
  const done = live?.bytes_done ?? item.bytes_done;
  const total = live?.bytes_total ?? item.bytes_total;
  const worker = live?.worker ?? item.worker;
  const facts = [
    total === null ? size(done) : t('queue.of', { done: size(done), total: size(total) }),
    done > 0 ? live && formatSpeed(live.speed, i18n.language) : t('queue.waitingForBytes'),
    live?.eta != null && t('queue.left', { time: formatDuration(live.eta) }),
    item.attempt > 1 && t('queue.attempt', { attempt: item.attempt, max: item.max_attempts }),
    worker && t('queue.worker', { worker }),
  ];
  return (
    <Text size="sm" c="dimmed" className="numbers">
      {facts.filter(Boolean).join(' · ')}
    </Text>
  );
}
