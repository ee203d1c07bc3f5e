import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { seriesQuery } from '../series/series-queries.ts';
import { SeriesPicker } from './series-picker.tsx';

/** Narrows a tab to one series; the choice lives in the address. */
export function SeriesFilter() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/files' });
  const { series: id } = useSearch({ from: '/inside/files' });
  const series = useQuery({ ...seriesQuery(id ?? ''), enabled: id !== undefined }).data;
  const value = id === undefined ? null : { id, title: series?.title ?? '…' };
  return (
    <div style={{ flex: 1, minWidth: 200, maxWidth: 420 }}>
      <SeriesPicker
        key={series?.title ?? id ?? ''}
        label={t('files.ofSeries')}
        placeholder={t('files.wholeLibrary')}
        clearable
        value={value}
        onChange={(chosen) =>
          void navigate({
            search: ({ tab }) => ({ ...(tab && { tab }), ...(chosen && { series: chosen.id }) }),
            replace: true,
            resetScroll: false,
          })
        }
      />
    </div>
  );
}
