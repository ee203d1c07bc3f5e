import { Monitor, Priority, type SeriesChange } from '@aniworld/contracts';
import { Button, CloseButton, Group, Menu, Text } from '@mantine/core';
import { ChevronUp } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../pieces/confirm.tsx';
import { FloatingBar } from '../pieces/floating-bar.tsx';
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
    <FloatingBar>
      <Text fw={600} className="numbers" role="status">
        {text}
      </Text>
      <Group gap="xs" ml="auto" justify="flex-end">
        <Choices label={t('monitor.label')} disabled={disabled}>
          {Monitor.options.map((monitor) => (
            <Menu.Item key={monitor} onClick={() => change({ monitor })}>
              {t(`monitor.${monitor}`)}
            </Menu.Item>
          ))}
        </Choices>
        <Choices label={t('shelf.downloads')} disabled={disabled}>
          <Menu.Label>{t('monitor.autoDownload')}</Menu.Label>
          <Menu.Item onClick={() => change({ auto_download: true })}>{t('shelf.switchOn')}</Menu.Item>
          <Menu.Item onClick={() => change({ auto_download: false })}>{t('shelf.switchOff')}</Menu.Item>
          <Menu.Label>{t('priority.label')}</Menu.Label>
          {Priority.options.map((priority) => (
            <Menu.Item key={priority} onClick={() => change({ priority })}>
              {t(`priority.${priority}`)}
            </Menu.Item>
          ))}
        </Choices>
        <TagChange disabled={disabled} tags={tags} onChange={change} />
        <CloseButton aria-label={t('shelf.stopSelecting')} onClick={onClose} />
      </Group>
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
    </FloatingBar>
  );
}

function isEverything(target: Target | null): boolean {
  return target !== null && 'filter' in target && Object.keys(target.filter).length === 0;
}

interface ChoicesProps {
  label: string;
  disabled: boolean;
  children: ReactNode;
}

function Choices({ label, disabled, children }: ChoicesProps) {
  return (
    <Menu position="top">
      <Menu.Target>
        <Button variant="default" px="sm" disabled={disabled} rightSection={<ChevronUp size={16} aria-hidden />}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
