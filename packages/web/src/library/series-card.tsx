import type { Series } from '@aniworld/contracts';
import { Link } from '@tanstack/react-router';
import { CalendarClock, Check, CircleDashed, Eye, EyeOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../format/bytes.ts';
import { formatDay } from '../format/day.ts';
import { Poster } from '../pieces/poster.tsx';
import type { SeriesSort } from './library-search.ts';
import classes from './series-grid.module.css';

interface SeriesCardProps {
  series: Series;
  /** What the shelf is ordered by is said of each. */
  sort: SeriesSort;
  /** While series are being chosen: whether this one is. */
  chosen?: boolean;
  onChoose?: (id: string, on: boolean) => void;
}

/** A poster with what is there and what is missing: leads to the series, or chooses it. */
export function SeriesCard({ series, sort, chosen = false, onChoose }: SeriesCardProps) {
  const face = <Face series={series} sort={sort} mark={onChoose && <Mark chosen={chosen} />} />;
  return (
    <div role="listitem">
      {onChoose ? (
        <button
          type="button"
          role="checkbox"
          aria-checked={chosen}
          aria-label={series.title}
          className={classes.card}
          data-chosen={chosen || undefined}
          onClick={() => onChoose(series.id, !chosen)}
        >
          {face}
        </button>
      ) : (
        <Link to="/anime/$id" params={{ id: series.id }} className={classes.card}>
          {face}
        </Link>
      )}
    </div>
  );
}

function Face({ series, sort, mark }: { series: Series; sort: SeriesSort; mark: ReactNode }) {
  const { t } = useTranslation();
  const { file_count, episode_count, missing_count } = series;
  const share = episode_count === 0 ? 0 : (100 * file_count) / episode_count;
  return (
    <>
      <div className={classes.frame}>
        <Poster title={series.title} url={series.poster_url} />
        <div className={classes.notes}>
          {mark}
          {missing_count > 0 && (
            <span className={`${classes.missing} numbers`}>{t('library.missing', { count: missing_count })}</span>
          )}
        </div>
        <Monitored series={series} />
        <div className={classes.share} aria-hidden>
          <div className={classes.have} style={{ width: `${share}%` }} />
        </div>
      </div>
      <div className={classes.title}>{series.title}</div>
      <div className={`${classes.facts} numbers`}>{useFacts(series, sort)}</div>
    </>
  );
}

function Mark({ chosen }: { chosen: boolean }) {
  return (
    <span className={classes.mark} data-chosen={chosen || undefined}>
      {chosen && <Check size={17} strokeWidth={3} aria-hidden />}
    </span>
  );
}

const MONITORED = { all: Eye, future: CalendarClock, missing: CircleDashed, none: EyeOff };

function Monitored({ series: { monitor } }: { series: Series }) {
  const { t } = useTranslation();
  const Icon = MONITORED[monitor];
  const text = `${t('monitor.label')}: ${t(`monitor.${monitor}`)}`;
  return (
    <span className={classes.monitored} role="img" aria-label={text} title={text}>
      <Icon size={15} aria-hidden />
    </span>
  );
}

function useFacts(series: Series, sort: SeriesSort): string {
  const { t, i18n } = useTranslation();
  const counts = t('library.counts', { files: series.file_count, episodes: series.episode_count });
  const language = i18n.language;
  switch (sort) {
    case 'size':
      return `${formatBytes(series.size, language)} · ${counts}`;
    case 'added':
      return t('shelf.addedOn', { date: formatDay(series.added_at.slice(0, 10), language) });
    case 'next_airing':
      return series.next_airing
        ? t('shelf.next', { date: formatDay(series.next_airing, language) })
        : t('shelf.noNext');
    default:
      return [series.year, counts].filter(Boolean).join(' · ');
  }
}
