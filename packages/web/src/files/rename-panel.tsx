import { Group, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { FileCheck2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { renamePlansQuery, renamesQuery } from './file-queries.ts';
import { useItems } from '../cache/pages.ts';
import { PagedRows } from '../pieces/paged-rows.tsx';
import { RenameHistory } from './rename-history.tsx';
import { RenameRow } from './rename-row.tsx';
import { RunningRename } from './running-rename.tsx';
import { SeriesFilter } from './series-filter.tsx';
import { StartRename } from './start-rename.tsx';

/** Names by the template: what would change, the renaming itself, and those of before with a way back. */
export function RenamePanel() {
  const { t } = useTranslation();
  const { series } = useSearch({ from: '/inside/files' });
  const plans = useInfiniteQuery(renamePlansQuery(series));
  const items = useItems(plans);
  const renames = useInfiniteQuery(renamesQuery);
  const running = renames.data?.pages[0]?.items.find((one) => one.state === 'running');
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <SeriesFilter />
        <StartRename
          series={series}
          plans={items}
          complete={!plans.hasNextPage}
          blocked={running !== undefined || plans.isFetching}
        />
      </Group>
      {running && <RunningRename key={running.id} id={running.id} />}
      <RenameHistory list={renames} />
      <PagedRows
        list={plans}
        items={items}
        keyOf={(plan) => plan.file_id}
        empty={{ icon: FileCheck2, title: t('files.allNamed'), hint: t('files.allNamedHint') }}
        height={96}
      >
        {(plan) => <RenameRow plan={plan} />}
      </PagedRows>
    </Stack>
  );
}
