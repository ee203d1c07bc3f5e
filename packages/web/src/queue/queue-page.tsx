import { Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { QueueList } from '../router.tsx';
import { ActiveDownloads } from './active-downloads.tsx';
import { ItemDrawer } from './item-drawer.tsx';
import { CancelledList, FailedList, FinishedList } from './past-list.tsx';
import { PageTitle } from '../pieces/page-title.tsx';
import { queueStatusQuery } from './queue-status.ts';
import { StatusBar } from './status-bar.tsx';
import { WaitingList } from './waiting-list.tsx';

const PANELS = { waiting: WaitingList, finished: FinishedList, failed: FailedList, cancelled: CancelledList };

/** The queue, live: how it is doing, what runs, what waits, what has ended. */
export function QueuePage() {
  const { t } = useTranslation();
  const { list = 'waiting' } = useSearch({ from: '/inside/queue' });
  const Panel = PANELS[list];
  return (
    <Stack gap="lg">
      <PageTitle>{t('queue.title')}</PageTitle>
      <StatusBar />
      <ActiveDownloads />
      <Lists list={list}>
        <Panel />
      </Lists>
      <ItemDrawer />
    </Stack>
  );
}

function Lists({ list, children }: { list: QueueList; children: React.ReactNode }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/queue' });
  const counts = useQuery(queueStatusQuery).data?.counts;
  const tabs: [QueueList, number][] = [
    ['waiting', counts?.pending ?? 0],
    ['finished', counts?.completed ?? 0],
    ['failed', counts?.failed ?? 0],
  ];
  if (counts?.cancelled || list === 'cancelled') tabs.push(['cancelled', counts?.cancelled ?? 0]);
  const show = (value: string | null) =>
    void navigate({
      search: value === 'waiting' ? {} : { list: value as QueueList },
      replace: true,
      resetScroll: false,
    });
  return (
    <Tabs value={list} onChange={show} keepMounted={false}>
      <Tabs.List aria-label={t('queue.lists')} mb="md" style={{ flexWrap: 'nowrap', overflowX: 'auto' }}>
        {tabs.map(([name, count]) => (
          <Tabs.Tab key={name} value={name} px={{ base: 'xs', sm: 'md' }}>
            {t(`queue.${name}`)} <span className="numbers">({count})</span>
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={list}>{children}</Tabs.Panel>
    </Tabs>
  );
}
