import { Monitor, Priority, type SeriesChange } from '@aniworld/contracts';
import { Menu, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BarMenu } from '../pieces/bar-menu.tsx';
import { Confirm } from '../pieces/confirm.tsx';
import { SelectionBar } from '../pieces/selection-bar.tsx';
import { TagChange } from './tag-change.tsx';
import { type Target, useChangeMany } from './use-change-many.ts';

interface ChangeBarProps {
  /** What is chosen, in words. */
  text: string;
  /** Null while nothing is chosen. */
  target: Target | null;
  /** Tags that the chosen ones have. */
  tags: string[];
  onClose: () => void;
}

/** What can be done with the chosen series. What reaches beyond the shown ones is asked about first. */
export function ChangeBar({ text, target, tags, onClose }: ChangeBarProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<SeriesChange | null>(null);
  const many = useChangeMany();
  const disabled = target === null || many.isPending;
  const change = (wanted: SeriesChange) => {
    if (!target) return;
    if ('filter' in target && asked === null) return setAsked(wanted);
    many.mutate({ target, change: wanted }, { onSettled: () => setAsked(null) });
  };
  return (
    <SelectionBar text={text} onClear={onClose} clearLabel={t('shelf.stopSelecting')}>
      <BarMenu px="sm" label={t('monitor.label')} disabled={disabled}>
        {Monitor.options.map((monitor) => (
          <Menu.Item key={monitor} onClick={() => change({ monitor })}>
            {t(`monitor.${monitor}`)}
          </Menu.Item>
        ))}
      </BarMenu>
      <BarMenu px="sm" label={t('shelf.downloads')} disabled={disabled}>
        <Menu.Label>{t('monitor.autoDownload')}</Menu.Label>
        <Menu.Item onClick={() => change({ auto_download: true })}>{t('shelf.switchOn')}</Menu.Item>
        <Menu.Item onClick={() => change({ auto_download: false })}>{t('shelf.switchOff')}</Menu.Item>
        <Menu.Label>{t('priority.label')}</Menu.Label>
        {Priority.options.map((priority) => (
          <Menu.Item key={priority} onClick={() => change({ priority })}>
            {t(`priority.${priority}`)}
          </Menu.Item>
        ))}
      </BarMenu>
      <TagChange disabled={disabled} tags={tags} onChange={change} />
      <Confirm
        opened={asked !== null}
        title={t('shelf.confirmTitle')}
        action={t('shelf.change')}
        loading={many.isPending}
        onConfirm={() => asked && change(asked)}
        onClose={() => setAsked(null)}
      >
        <Text>{isEverything(target) ? t('shelf.confirmEverything') : t('shelf.confirm')}</Text>
        {asked?.monitor && <Text c="dimmed">{t('shelf.confirmMonitor')}</Text>}
      </Confirm>
    </SelectionBar>
  );
}

function isEverything(target: Target | null): boolean {
  return target !== null && 'filter' in target && Object.keys(target.filter).length === 0;
}
