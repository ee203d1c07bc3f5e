import { Menu, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import {
  CalendarDays,
  Download,
  Ellipsis,
  Files,
  LibraryBig,
  ListX,
  type LucideIcon,
  Search,
  Server,
  SlidersHorizontal,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { queueStatusQuery } from '../queue/queue-status.ts';
import classes from './navigation.module.css';

/** Those that are wanted daily come first: only they fit on a small screen, the others stand behind "More" there. */
const DAILY = [
  { to: '/', key: 'library', icon: LibraryBig },
  { to: '/wanted', key: 'wanted', icon: ListX },
  { to: '/search', key: 'search', icon: Search },
  { to: '/queue', key: 'queue', icon: Download },
] as const;
const OTHERS = [
  { to: '/calendar', key: 'calendar', icon: CalendarDays },
  { to: '/files', key: 'files', icon: Files },
  { to: '/config', key: 'config', icon: SlidersHorizontal },
  { to: '/system', key: 'system', icon: Server },
] as const;

/** The places; beside the wordmark on wide screens, at the thumb on small ones. */
export function Navigation() {
  const { t } = useTranslation();
  const status = useQuery(queueStatusQuery);
  const open = (status.data?.counts.pending ?? 0) + (status.data?.counts.downloading ?? 0);
  return (
    <nav className={classes.nav} aria-label={t('nav.label')}>
      {DAILY.map(({ to, key, icon }) => (
        <Place key={to} to={to} icon={icon} label={t(`nav.${key}`)} count={key === 'queue' ? open : 0} />
      ))}
      {OTHERS.map(({ to, key, icon }) => (
        <Place key={to} to={to} icon={icon} label={t(`nav.${key}`)} count={0} wide />
      ))}
      <More />
    </nav>
  );
}

interface PlaceProps {
  to: (typeof DAILY | typeof OTHERS)[number]['to'];
  icon: LucideIcon;
  label: string;
  count: number;
  /** Shown where there is room alone. */
  wide?: boolean;
}

function Place({ to, icon: Icon, label, count, wide }: PlaceProps) {
  return (
    <Link
      to={to}
      className={classes.place}
      data-wide={wide || undefined}
      activeOptions={{ exact: to === '/', includeSearch: false }}
    >
      <span className={classes.icon}>
        <Icon size={19} strokeWidth={1.9} aria-hidden />
      </span>
      <span>{label}</span>
      {count > 0 && <span className={`${classes.count} numbers`}>{count > 9_999 ? '9999+' : count}</span>}
    </Link>
  );
}

function More() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <Menu position="top-end" width={200}>
      <Menu.Target>
        <UnstyledButton
          className={classes.place}
          data-more
          data-current={OTHERS.some(({ to }) => pathname.startsWith(to)) || undefined}
        >
          <span className={classes.icon}>
            <Ellipsis size={19} strokeWidth={1.9} aria-hidden />
          </span>
          <span>{t('nav.more')}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {OTHERS.map(({ to, key, icon: Icon }) => (
          <Menu.Item key={to} component={Link} to={to} leftSection={<Icon size={17} aria-hidden />}>
            {t(`nav.${key}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
