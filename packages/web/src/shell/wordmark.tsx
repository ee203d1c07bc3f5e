import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import classes from './wordmark.module.css';

/** The sun going down behind two waves, and the name. */
export function Wordmark({ large = false }: { large?: boolean }) {
  return (
    <span className={classes.wordmark} data-large={large || undefined}>
      <svg viewBox="0 0 32 32" fill="none" aria-hidden="true" className={classes.sign}>
        <path d="M6 17a10 10 0 0 1 20 0Z" className={classes.sun} />
        <path d="M3 21c3.2-2.6 5.8-2.6 8.7 0s5.7 2.6 8.7 0 5.5-2.6 8.6 0" className={classes.wave} />
        <path d="M7 26.5c2.3-1.8 4.2-1.8 6.3 0s4.1 1.8 6.2 0 3.7-1.8 5.5 0" className={classes.wave} opacity="0.6" />
      </svg>
      <span>
        ani<span className={classes.world}>world</span>
      </span>
    </span>
  );
}

export function HomeLink() {
  const { t } = useTranslation();
  return (
    <Link to="/" className={classes.home} aria-label={`${t('app.name')}: ${t('nav.library')}`}>
      <Wordmark />
    </Link>
  );
}
