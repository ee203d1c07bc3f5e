import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SeriesSelect } from '../pieces/series-select.tsx';
import { useSeasonName } from '../series/season-name.ts';
import { seriesQuery } from '../series/series-queries.ts';
import classes from './wanted-filter-bar.module.css';
import { REASONS, SINCE_DAYS, type WantedSearch, wantedSearch } from './wanted-search.ts';

/** Narrows the list by series, season, reason and age; all of it lives in the address. */
export function WantedFilterBar() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/wanted' });
  const search = useSearch({ from: '/inside/wanted' });
  const show = (change: WantedSearch) =>
    void navigate({
      search: (known) => wantedSearch(compact({ ...known, ...change })),
      replace: true,
      resetScroll: false,
    });
  const { sort, series, why, days } = search;
  return (
    <div className={classes.bar} role="group" aria-label={t('wanted.filters')}>
      <div className={classes.series}>
        <SeriesSelect id={series} onChange={(id) => show({ series: id, season: undefined })} />
      </div>
      {series && <SeasonSelect seriesId={series} season={search.season} onChange={(season) => show({ season })} />}
      <NativeSelect
        label={t('wanted.why')}
        value={why ?? ''}
        data={[
          { value: '', label: t('wanted.anyReason') },
          ...REASONS.map((value) => ({ value, label: t(`wanted.reason.${value}`) })),
        ]}
        onChange={(event) => show({ why: REASONS.find((one) => one === event.currentTarget.value) })}
      />
      <NativeSelect
        label={t('wanted.since')}
        value={days ?? ''}
        data={[
          { value: '', label: t('wanted.anyTime') },
          ...SINCE_DAYS.map((value) => ({ value: String(value), label: t('wanted.days', { count: value }) })),
        ]}
        onChange={(event) => show({ days: SINCE_DAYS.find((one) => String(one) === event.currentTarget.value) })}
      />
      <NativeSelect
        label={t('wanted.order')}
        value={sort ?? 'air_date'}
        data={(['air_date', 'series'] as const).map((value) => ({ value, label: t(`wanted.sort.${value}`) }))}
        onChange={(event) => show({ sort: event.currentTarget.value === 'series' ? 'series' : undefined })}
      />
      {(series || why || days) && (
        <Button
          variant="subtle"
          onClick={() => show({ series: undefined, season: undefined, why: undefined, days: undefined })}
        >
          {t('wanted.clear')}
        </Button>
      )}
    </div>
  );
}

interface SeasonSelectProps {
  seriesId: string;
  season: number | undefined;
  onChange: (season: number | undefined) => void;
}

/** Nothing for a series of one season. */
function SeasonSelect({ seriesId, season, onChange }: SeasonSelectProps) {
  const { t } = useTranslation();
  const name = useSeasonName();
  const seasons = useQuery(seriesQuery(seriesId)).data?.seasons ?? [];
  if (seasons.length < 2) return null;
  return (
    <NativeSelect
      label={t('wanted.season')}
      value={season ?? ''}
      data={[
        { value: '', label: t('wanted.allSeasons') },
        ...seasons.map((one) => ({ value: String(one.season), label: name(one.season) })),
      ]}
      onChange={({ currentTarget: { value } }) => onChange(value === '' ? undefined : Number(value))}
    />
  );
}

function compact(search: WantedSearch): WantedSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}
