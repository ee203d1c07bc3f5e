import type { QueueItem } from '@aniworld/contracts';
import { Skeleton, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Inbox } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { allItems } from '../cache/item-pages.ts';
import { Blank } from '../pieces/blank.tsx';
import { LoadError } from '../pieces/load-error.tsx';
import { SelectAll } from '../pieces/select-all.tsx';
import { itemListQuery } from './item-list.ts';
import { ItemRows } from './item-rows.tsx';
import { ReorderArea } from './reorder-area.tsx';
import { WaitingRow } from './waiting-row.tsx';
import { WaitingSelection } from './waiting-selection.tsx';

/** What waits, in the order in which it will run; to be dragged, chosen, removed. */
export function WaitingList() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(itemListQuery('pending'));
  const items = useMemo(() => allItems(list.data), [list.data]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  if (list.isPending) return <Skeleton height={240} radius="lg" aria-busy />;
  if (list.isError) return <LoadError error={list.error} onRetry={list.refetch} />;
  if (items.length === 0)
    return <Blank icon={Inbox} title={t('queue.emptyWaiting')} hint={t('queue.emptyWaitingHint')} />;
  const selection = items.filter((item) => chosen.has(item.id));
  const choose = (item: QueueItem, on: boolean) =>
    setChosen((known) => (on ? known.union(new Set([item.id])) : known.difference(new Set([item.id]))));
  return (
    <Stack gap="sm">
      <SelectAll ids={items.map((item) => item.id)} chosen={selection.length} onChange={setChosen} />
      <ReorderArea items={items}>
        <ItemRows
          count={items.length}
          keyOf={(index) => items[index]!.id}
          onEnd={() => list.hasNextPage && !list.isFetching && void list.fetchNextPage()}
        >
          {(index) => (
            <WaitingRow
              item={items[index]!}
              position={index}
              last={items.length - 1}
              selected={chosen.has(items[index]!.id)}
              onSelect={(on) => choose(items[index]!, on)}
            />
          )}
        </ItemRows>
      </ReorderArea>
      <WaitingSelection items={selection} onClear={() => setChosen(new Set())} />
    </Stack>
  );
}
