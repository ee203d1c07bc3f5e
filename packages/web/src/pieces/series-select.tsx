import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { seriesQuery } from '../series/series-queries.ts';
import { SeriesPicker } from './series-picker.tsx';

interface SeriesSelectProps {
  id: string | undefined;
  onChange: (id: string | undefined) => void;
}

/** Narrows a list to one series, which an address names by its id alone. */
export function SeriesSelect({ id, onChange }: SeriesSelectProps) {
  const { t } = useTranslation();
  const series = useQuery({ ...seriesQuery(id ?? ''), enabled: id !== undefined }).data;
  return (
    <SeriesPicker
      key={series?.title ?? id ?? ''}
      label={t('files.ofSeries')}
      placeholder={t('files.wholeLibrary')}
      clearable
      value={id === undefined ? null : { id, title: series?.title ?? '…' }}
      onChange={(chosen) => onChange(chosen?.id)}
    />
  );
}
