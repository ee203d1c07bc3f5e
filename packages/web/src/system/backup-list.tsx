import type { Backup } from '@aniworld/contracts';
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { configQuery } from '../config/config-query.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatMoment } from '../format/moment.ts';
import { saveBackup } from './backup-file.ts';
import { RemoveBackup } from './remove-backup.tsx';
import classes from './task.module.css';

/** With `keep` at 0 there is one for each day of years. */
const PAGE = 10;

export function BackupList({ folder, backups }: { folder: string; backups: Backup[] }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(PAGE);
  const older = backups.length - shown;
  return (
    <>
      <Place folder={folder} />
      {backups.length === 0 && <Text size="sm">{t('backups.empty')}</Text>}
      {backups.length > 0 && (
        <ul className={classes.tasks}>
          {backups.slice(0, shown).map((backup) => (
            <BackupRow key={backup.name} backup={backup} />
          ))}
        </ul>
      )}
      {older > 0 && (
        <Button variant="subtle" w="fit-content" onClick={() => setShown(backups.length)}>
          {t('backups.older', { count: older })}
        </Button>
      )}
    </>
  );
}

/** Where they lie, how many stay, and where that is changed. */
function Place({ folder }: { folder: string }) {
  const { t } = useTranslation();
  const keep = useQuery(configQuery).data?.config.backup.keep;
  const stay = keep === 0 ? t('backups.keepAll') : keep !== undefined && t('backups.keep', { count: keep });
  return (
    <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {[t('backups.folder', { folder }), stay].filter(Boolean).join('; ')} ·{' '}
      <Link to="/config" hash="backup.folder" className={classes.link} aria-label={t('backups.changeWhere')}>
        {t('tasks.change')}
      </Link>
    </Text>
  );
}

function BackupRow({ backup }: { backup: Backup }) {
  const { t, i18n } = useTranslation();
  const when = formatMoment(backup.created_at, i18n.language, 'medium');
  const [removing, removal] = useDisclosure();
  const fetch = useMutation({ mutationFn: () => saveBackup(backup.name, t('backups.cut')) });
  return (
    <li className={classes.task}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <div>
          <Text size="sm" fw={600} className="numbers">
            <time dateTime={backup.created_at}>{when}</time> · {formatBytes(backup.size, i18n.language)}
          </Text>
          <Text size="xs" c="dimmed" className="path">
            {backup.name}
          </Text>
        </div>
        <Group gap="xs" wrap="nowrap">
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t('backups.downloadOf', { when })}
            loading={fetch.isPending}
            onClick={() => fetch.mutate()}
          >
            <Download size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="default" size={36} aria-label={t('backups.deleteOf', { when })} onClick={removal.open}>
            <Trash2 size={16} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
      <RemoveBackup backup={backup} opened={removing} onClose={removal.close} />
    </li>
  );
}
