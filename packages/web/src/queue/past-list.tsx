import type { ItemState, QueueItem } from '@aniworld/contracts';
import { Button, Group, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Ban, CircleCheckBig, Eraser, type LucideIcon, PackageOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useItems } from '../cache/pages.ts';
import { PagedRows } from '../pieces/paged-rows.tsx';
import { itemListQuery } from './item-list.ts';
import { RetryFailed } from './retry-failed.tsx';
import { FailedRow, FinishedRow } from './past-row.tsx';
import { useClear } from './use-queue-actions.ts';

/** Files that have arrived, the newest first. */
export function FinishedList() {
  const { t } = useTranslation();
  return (
    <PastList
      state="completed"
      icon={PackageOpen}
      empty={[t('queue.emptyFinished'), t('queue.emptyFinishedHint')]}
      actions={<Clear which="clearCompleted" label={t('queue.clearFinished')} />}
      row={(item) => <FinishedRow item={item} />}
    />
  );
}

/** Downloads that gave up, each with its reason and what to do. */
export function FailedList() {
  const { t } = useTranslation();
  return (
    <PastList
      state="failed"
      icon={CircleCheckBig}
      empty={[t('queue.emptyFailed'), t('queue.emptyFailedHint')]}
      height={104}
      actions={
        <>
          <RetryFailed />
          <Clear which="clearFailed" label={t('queue.clearFailed')} />
        </>
      }
      row={(item) => <FailedRow item={item} />}
    />
  );
}

export function CancelledList() {
  const { t } = useTranslation();
  return (
    <PastList
      state="cancelled"
      icon={Ban}
      empty={[t('queue.emptyCancelled'), t('queue.emptyCancelledHint')]}
      actions={<Clear which="clearFailed" label={t('queue.clearFailed')} />}
      row={(item) => <FinishedRow item={item} />}
    />
  );
}

interface PastListProps {
  state: ItemState;
  icon: LucideIcon;
  empty: [title: string, hint: string];
  actions: ReactNode;
  row: (item: QueueItem) => ReactNode;
  height?: number;
}

function PastList({ state, icon, empty, actions, row, height = 60 }: PastListProps) {
  const list = useInfiniteQuery(itemListQuery(state));
  const items = useItems(list);
  return (
    <Stack gap="sm">
      {items.length > 0 && (
        <Group gap="xs" justify="flex-end">
          {actions}
        </Group>
      )}
      <PagedRows
        list={list}
        items={items}
        keyOf={(item) => item.id}
        empty={{ icon, title: empty[0], hint: empty[1] }}
        height={height}
      >
        {row}
      </PagedRows>
    </Stack>
  );
}

function Clear({ which, label }: { which: 'clearCompleted' | 'clearFailed'; label: string }) {
  const clear = useClear(which);
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<Eraser size={15} aria-hidden />}
      loading={clear.isPending}
      onClick={() => clear.mutate()}
    >
      {label}
    </Button>
  );
}
