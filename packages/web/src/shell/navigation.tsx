import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download, LibraryBig, type LucideIcon, Search, SlidersHorizontal } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { queueStatusQuery } from '../queue/queue-status.ts';
import classes from './navigation.module.css';

const PLACES = [
  { to: '/', key: 'library', icon: LibraryBig },
  { to: '/search', key: 'search', icon: Search },
  { to: '/queue', key: 'queue', icon: Download },
  { to: '/config', key: 'config', icon: SlidersHorizontal },
] as const;

/** The four places; beside the wordmark on wide screens, at the thumb on small ones. */
export function Navigation() {
  const { t } = useTranslation();
  const status = useQuery(queueStatusQuery);
  const open = (status.data?.counts.pending ?? 0) + (status.data?.counts.downloading ?? 0);
  return (
    <nav className={classes.nav} aria-label={t('nav.label')}>
      {PLACES.map(({ to, key, icon }) => (
        <Place key={to} to={to} icon={icon} label={t(`nav.${key}`)} count={key === 'queue' ? open : 0} />
      ))}
    </nav>
  );
}

interface PlaceProps {
  to: (typeof PLACES)[number]['to'];
  icon: LucideIcon;
  label: string;
  count: number;
}

function Place({ to, icon: Icon, label, count }: PlaceProps) {
  return (
    <Link to={to} className={classes.place} activeOptions={{ exact: to === '/', includeSearch: false }}>
      <span className={classes.icon}>
        <Icon size={19} strokeWidth={1.9} aria-hidden />
      </span>
      <span>{label}</span>
      {count > 0 && <span className={`${classes.count} numbers`}>{count > 9_999 ? '9999+' : count}</span>}
    </Link>
  );
}
