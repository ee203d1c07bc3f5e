import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { startLive } from '../cache/live.ts';
import { loginNeeded } from '../cache/query-client.ts';
import { AccountMenu } from './account-menu.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import { Navigation } from './navigation.tsx';
import classes from './shell.module.css';
import { HomeLink } from './wordmark.tsx';

/** The frame of every page behind the login: header, navigation (at the foot on small screens), content. */
export function Shell() {
  const { t } = useTranslation();
  useLive();
  return (
    <div className={classes.shell}>
      <a href="#content" className={classes.skip} onClick={focusContent}>
        {t('app.skip')}
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <HomeLink />
          <Navigation />
          <div className={classes.side}>
            <ConnectionBadge />
            <AccountMenu />
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
    </div>
  );
}

/** With a base element, `#content` alone would lead to another page. */
function focusContent(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function useLive(): void {
  const client = useQueryClient();
  useEffect(() => startLive(client, loginNeeded), [client]);
}
