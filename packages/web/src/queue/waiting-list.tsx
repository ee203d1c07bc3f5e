import { Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Inbox } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useItems } from '../cache/pages.ts';
import { PagedRows } from '../pieces/paged-rows.tsx';
import { SelectAll } from '../pieces/select-all.tsx';
import { useChosen } from '../pieces/use-chosen.ts';
import { itemListQuery } from './item-list.ts';
import { ReorderArea } from './reorder-area.tsx';
import { WaitingRow } from './waiting-row.tsx';
import { WaitingSelection } from './waiting-selection.tsx';

/** What waits, in the order in which it will run; to be dragged, chosen, removed. */
export function WaitingList() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(itemListQuery('pending'));
  const items = useItems(list);
  const { chosen, setChosen, choose, clear } = useChosen();
  const selection = items.filter((item) => chosen.has(item.id));
  return (
    <Stack gap="sm">
      {items.length > 0 && (
        <SelectAll ids={items.map((item) => item.id)} chosen={selection.length} onChange={setChosen} />
      )}
      <ReorderArea items={items}>
        <PagedRows
          list={list}
          items={items}
          keyOf={(item) => item.id}
          empty={{ icon: Inbox, title: t('queue.emptyWaiting'), hint: t('queue.emptyWaitingHint') }}
        >
          {(item, position) => (
            <WaitingRow
              item={item}
              position={position}
              last={items.length - 1}
              selected={chosen.has(item.id)}
              onSelect={(on) => choose([item.id], on)}
            />
          )}
        </PagedRows>
      </ReorderArea>
      <WaitingSelection items={selection} onClear={clear} />
    </Stack>
  );
}
