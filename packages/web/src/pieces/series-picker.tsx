import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';

/** A series as it is chosen. */
export interface ChosenSeries {
  id: string;
  title: string;
}

interface SeriesPickerProps {
  label: string;
  value: ChosenSeries | null;
  onChange: (series: ChosenSeries | null) => void;
  placeholder?: string;
  /** Series that fit best, shown first. */
  likely?: ChosenSeries[];
  /** Whether none is a choice too. */
  clearable?: boolean;
  autoFocus?: boolean;
}

const MOST_SHOWN = 30;

/** Finds a series of the library by its title, as one types. */
export function SeriesPicker({
  value,
  onChange,
  likely = [],
  clearable = false,
  autoFocus,
  ...text
}: SeriesPickerProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value?.title ?? '');
  // What stands there after a choice is a title, not a search.
  const [q] = useDebouncedValue(typed === value?.title ? '' : typed.trim(), 200);
  const found = useQuery({ ...foundQuery(q), placeholderData: keepPreviousData });
  const first = q === '' ? likely : [];
  const known = new Set(first.map((series) => series.id));
  const others = (found.data ?? []).filter((series) => !known.has(series.id));
  const missing = value && ![...first, ...others].some((series) => series.id === value.id) ? [value] : [];
  const all = [...first, ...missing, ...others];
  const asOption = (series: ChosenSeries) => ({ value: series.id, label: series.title });
  return (
    <Select
      {...text}
      {...(autoFocus && { 'data-autofocus': true })}
      searchable
      clearable={clearable}
      clearButtonProps={{ 'aria-label': t('files.allSeries') }}
      value={value?.id ?? null}
      onChange={(id) => onChange(all.find((series) => series.id === id) ?? null)}
      onSearchChange={setTyped}
      // The server has filtered already.
      filter={({ options }) => options}
      data={
        first.length > 0
          ? [
              { group: t('files.likely'), items: first.map(asOption) },
              { group: t('files.library'), items: [...missing, ...others].map(asOption) },
            ]
          : all.map(asOption)
      }
      nothingFoundMessage={t(found.isFetching ? 'files.looking' : 'files.noSeries')}
      // In a portal it would stand outside of every landmark.
      comboboxProps={{ withinPortal: false }}
      maxDropdownHeight={280}
    />
  );
}

const foundQuery = (q: string) =>
  queryOptions({
    queryKey: [...keys.seriesLists, 'picker', q],
    queryFn: ({ signal }) => api.anime.list({ limit: MOST_SHOWN, ...(q && { q }) }, { signal }),
    select: ({ items }) =>
      items.map(({ id, title, year }) => ({ id, title: year === null ? title : `${title} (${year})` })),
  });
