import { Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { CheckCheck, SearchX } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useItems } from '../cache/pages.ts';
import { PagedRows } from '../pieces/paged-rows.tsx';
import { PageTitle } from '../pieces/page-title.tsx';
import { SelectAll } from '../pieces/select-all.tsx';
import { useChosen } from '../pieces/use-chosen.ts';
import { EpisodeDrawer } from '../series/episode-drawer.tsx';
import { useOpenEpisode } from '../series/open-episode.ts';
import { QueueAll } from './queue-all.tsx';
import { WantedFilterBar } from './wanted-filter-bar.tsx';
import { filterOf, wantedListQuery } from './wanted-list.ts';
import { WantedRow } from './wanted-row.tsx';
import type { WantedSearch } from './wanted-search.ts';
import { WantedSelection } from './wanted-selection.tsx';
import { canQueueStanding, reasonOf } from './why.ts';

/** Every episode that is missing, with the reason, and the way to have it. */
export function WantedPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/inside/wanted' });
  const open = useOpenEpisode('/wanted');
  const { episode, ...narrowed } = search;
  return (
    <Stack gap="lg">
      <PageTitle>{t('wanted.title')}</PageTitle>
      <WantedFilterBar />
      <WantedList key={JSON.stringify(narrowed)} search={narrowed} />
      <EpisodeDrawer id={episode} onClose={() => open(null)} />
    </Stack>
  );
}

function WantedList({ search }: { search: WantedSearch }) {
  const { t } = useTranslation();
  const { why } = search;
  const [filter] = useState(() => filterOf(search));
  const list = useInfiniteQuery(wantedListQuery(filter));
  const all = useItems(list);
  // What has got another reason since it was read leaves the list at once.
  const items = useMemo(() => (why ? all.filter((one) => reasonOf(one.standing) === why) : all), [all, why]);
  const queueable = useMemo(() => items.filter((one) => canQueueStanding(one.standing)), [items]);
  const { chosen, setChosen, choose, clear } = useChosen();
  const selection = queueable.filter((one) => chosen.has(one.episode_id));
  const filtered = Object.keys(search).some((name) => name !== 'sort');
  return (
    <Stack gap="sm">
      {queueable.length > 0 && (
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <SelectAll ids={queueable.map((one) => one.episode_id)} chosen={selection.length} onChange={setChosen} />
          <QueueAll list={list} count={queueable.length} why={why} />
        </Group>
      )}
      <PagedRows
        list={list}
        items={items}
        keyOf={(one) => one.episode_id}
        empty={
          filtered
            ? { icon: SearchX, title: t('wanted.noMatch'), hint: t('wanted.noMatchHint') }
            : { icon: CheckCheck, title: t('wanted.empty'), hint: t('wanted.emptyHint') }
        }
        height={68}
      >
        {(one) => (
          <WantedRow
            episode={one}
            selected={chosen.has(one.episode_id)}
            onSelect={(on) => choose([one.episode_id], on)}
          />
        )}
      </PagedRows>
      {list.data && !list.hasNextPage && list.data.pages.at(-1)?.next_cursor && (
        <Text size="sm" c="dimmed">
          {t('wanted.cut', { count: all.length })}
        </Text>
      )}
      <WantedSelection episodes={selection} onClear={clear} />
    </Stack>
  );
}
