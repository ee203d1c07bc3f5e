import type { Series } from '@aniworld/contracts';
import { Button, Group, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useItems } from '../cache/pages.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { ChangeBar } from './change-bar.tsx';
import { useKnownTags } from './known-tags.ts';
import { filterOf, type LibrarySearch } from './library-search.ts';
import { chosenOf, isChosen, NONE, type Selection, withSeries } from './selection.ts';
import { SeriesGrid } from './series-grid.tsx';
import { SeriesGridSkeleton } from './series-grid-skeleton.tsx';
import { seriesListQuery } from './series-list.ts';
import type { Target } from './use-change-many.ts';

interface ShelfProps {
  search: LibrarySearch;
  selecting: boolean;
  onStopSelecting: () => void;
  /** Instead of a shelf with nothing on it. */
  blank: ReactNode;
}

/** The series that the address asks for, and what is chosen of them. */
export function Shelf({ search, selecting, onStopSelecting, blank }: ShelfProps) {
  const list = useInfiniteQuery({ ...seriesListQuery(search), placeholderData: keepPreviousData });
  const series = useItems(list);
  const [selection, setSelection] = useSelection(search, selecting);
  if (list.isPending) return <SeriesGridSkeleton />;
  if (list.isError) return <LoadError error={list.error} onRetry={list.refetch} />;
  if (series.length === 0) return blank;
  const total = list.data.pages[0]?.total ?? series.length;
  return (
    <>
      {selecting ? <SelectAll count={total} onSelect={() => setSelection('all')} /> : <Total count={total} />}
      <SeriesGrid
        series={series}
        sort={search.sort ?? 'title'}
        onEnd={() => list.hasNextPage && !list.isFetching && void list.fetchNextPage()}
        {...(selecting && {
          isChosen: (id: string) => isChosen(selection, id),
          onChoose: (id: string, on: boolean) => setSelection(withSeries(selection, series, id, on)),
        })}
      />
      {selecting && (
        <Change selection={selection} shown={series} total={total} search={search} onClose={onStopSelecting} />
      )}
    </>
  );
}

/** Nothing is chosen any more once the filter or the mode has changed. */
function useSelection(search: LibrarySearch, selecting: boolean) {
  const [selection, setSelection] = useState<Selection>(NONE);
  const filter = JSON.stringify(filterOf(search));
  useEffect(() => setSelection(NONE), [filter, selecting]);
  return [selection, setSelection] as const;
}

function Total({ count }: { count: number }) {
  const { t, i18n } = useTranslation();
  return (
    <Text size="sm" c="dimmed" role="status">
      {t('shelf.total', { count, number: count.toLocaleString(i18n.language) })}
    </Text>
  );
}

function SelectAll({ count, onSelect }: { count: number; onSelect: () => void }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm">
      <Text size="sm" c="dimmed">
        {t('shelf.selectHint')}
      </Text>
      <Button size="compact-sm" variant="light" onClick={onSelect}>
        {t('shelf.selectShown', { count })}
      </Button>
    </Group>
  );
}

interface ChangeProps {
  selection: Selection;
  shown: Series[];
  /** Of those that match. */
  total: number;
  search: LibrarySearch;
  onClose: () => void;
}

function Change({ selection, shown, total, search, onClose }: ChangeProps) {
  const { t } = useTranslation();
  const known = useKnownTags();
  const chosen = chosenOf(selection, shown);
  const own = new Set(chosen.flatMap((series) => series.tags));
  return (
    <ChangeBar
      text={
        selection === 'all'
          ? t('shelf.allSelectedCount', { count: total })
          : t('series.selected', { count: chosen.length })
      }
      target={targetOf(selection, chosen, search)}
      tags={[...own, ...known.filter((tag) => !own.has(tag))]}
      onClose={onClose}
    />
  );
}

function targetOf(selection: Selection, chosen: Series[], search: LibrarySearch): Target | null {
  if (selection === 'all') return { filter: filterOf(search) };
  return chosen.length === 0 ? null : { ids: chosen.map((series) => series.id) };
}
