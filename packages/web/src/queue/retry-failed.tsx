import type { FailureCause, QueueItem } from '@aniworld/contracts';
import { Button, Menu } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ChevronDown, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { allItems } from '../cache/pages.ts';
import { itemListQuery } from './item-list.ts';
import { useRetry } from './use-queue-actions.ts';

/** Puts all failed items back, or, where they failed for several reasons, those of one. */
export function RetryFailed() {
  const { t } = useTranslation();
  const retry = useRetry();
  const list = useInfiniteQuery(itemListQuery('failed'));
  const causes = countCauses(allItems(list.data));
  return (
    <>
      {causes.length > 1 && <ByCause causes={causes} more={list.hasNextPage} />}
      <Button
        size="xs"
        variant="light"
        leftSection={<RotateCw size={15} aria-hidden />}
        loading={retry.isPending}
        onClick={() => retry.mutate({})}
      >
        {t('queue.retryAll')}
      </Button>
    </>
  );
}

type CauseCount = [cause: FailureCause, count: number];

interface ByCauseProps {
  causes: CauseCount[];
  /** There are failed items that were not read yet, so that the counts are the least. */
  more: boolean;
}

function ByCause({ causes, more }: ByCauseProps) {
  const { t, i18n } = useTranslation();
  const retry = useRetry();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          loading={retry.isPending}
          rightSection={<ChevronDown size={15} aria-hidden />}
        >
          {t('queue.retryByCause')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('queue.retryCauseLabel')}</Menu.Label>
        {causes.map(([cause, count]) => (
          <Menu.Item key={cause} onClick={() => retry.mutate({ cause })}>
            {t(more ? 'queue.retryOfMore' : 'queue.retryOf', {
              cause: t(`cause.${cause}`),
              number: count.toLocaleString(i18n.language),
            })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** How many failed for which reason, the most frequent first. */
function countCauses(items: QueueItem[]): CauseCount[] {
  const groups = Map.groupBy(items, (item) => item.error_cause ?? 'internal');
  return [...groups].map(([cause, group]): CauseCount => [cause, group.length]).sort((a, b) => b[1] - a[1]);
}
