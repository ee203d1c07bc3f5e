import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { connection } from '../cache/live.ts';
import classes from './connection-badge.module.css';

/** Whether changes arrive by themselves just now. */
export function ConnectionBadge() {
  const { t } = useTranslation();
  const state = useSyncExternalStore(connection.subscribe, connection.state);
  return (
    <Tooltip label={t(`connection.explain.${state}`)} multiline maw={260}>
      <span className={classes.badge} data-state={state} role="status">
        <span className={classes.dot} aria-hidden />
        <span className={classes.text}>{t(`connection.${state}`)}</span>
      </span>
    </Tooltip>
  );
}
