import type { Series } from '@aniworld/contracts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Poster } from '../pieces/poster.tsx';
import classes from './series-grid.module.css';

/** A poster with what is there and what is missing. */
export function SeriesCard({ series }: { series: Series }) {
  const { t } = useTranslation();
  const { file_count, episode_count, missing_count } = series;
  const share = episode_count === 0 ? 0 : (100 * file_count) / episode_count;
  const counts = t('library.counts', { files: file_count, episodes: episode_count });
  return (
    <div role="listitem">
      <Link to="/anime/$id" params={{ id: series.id }} className={classes.card}>
        <div className={classes.frame}>
          <Poster title={series.title} url={series.poster_url} />
          {missing_count > 0 && (
            <span className={`${classes.missing} numbers`}>{t('library.missing', { count: missing_count })}</span>
          )}
          <div className={classes.share} aria-hidden>
            <div className={classes.have} style={{ width: `${share}%` }} />
          </div>
        </div>
        <div className={classes.title}>{series.title}</div>
        <div className={`${classes.facts} numbers`}>{[series.year, counts].filter(Boolean).join(' · ')}</div>
      </Link>
    </div>
  );
}
