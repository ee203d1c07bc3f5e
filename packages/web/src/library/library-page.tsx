import { Button, Group, Stack } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { LibraryBig, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../pieces/blank.tsx';
import { LoadError } from '../pieces/load-error.tsx';
import { PageTitle } from '../pieces/page-title.tsx';
import { LibraryFilter } from './library-filter.tsx';
import { ScanButton } from './scan-button.tsx';
import { ScanNote } from './scan-note.tsx';
import { SeriesGrid } from './series-grid.tsx';
import { SeriesGridSkeleton } from './series-grid-skeleton.tsx';
import { seriesListQuery } from './series-list.ts';

/** All series with what is missing of each. */
export function LibraryPage() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center">
        <PageTitle>{t('library.title')}</PageTitle>
        <ScanButton />
      </Group>
      <ScanNote />
      <LibraryFilter />
      <Shelf />
    </Stack>
  );
}

function Shelf() {
  const filter = useSearch({ from: '/inside/' });
  const list = useInfiniteQuery({ ...seriesListQuery(filter), placeholderData: keepPreviousData });
  if (list.isPending) return <SeriesGridSkeleton />;
  if (list.isError) return <LoadError error={list.error} onRetry={list.refetch} />;
  const series = list.data.pages.flatMap((page) => page.items);
  if (series.length === 0) return filter.q || filter.missing ? <NoMatch /> : <EmptyShelf />;
  return <SeriesGrid series={series} onEnd={() => list.hasNextPage && !list.isFetching && void list.fetchNextPage()} />;
}

function EmptyShelf() {
  const { t } = useTranslation();
  return (
    <Blank icon={LibraryBig} title={t('library.empty')} hint={t('library.emptyHint')}>
      <Button component={Link} to="/search">
        {t('library.emptySearch')}
      </Button>
    </Blank>
  );
}

function NoMatch() {
  const { t } = useTranslation();
  return (
    <Blank icon={SearchX} title={t('library.noMatch')} hint={t('library.noMatchHint')}>
      <Button component={Link} to="/" variant="light">
        {t('library.clearFilter')}
      </Button>
    </Blank>
  );
}
