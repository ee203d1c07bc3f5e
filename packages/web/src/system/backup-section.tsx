import { Alert, Button, Code, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { patchTask } from '../cache/task-patch.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { Section } from '../pieces/section.tsx';
import { api } from '../session/api.ts';
import { BackupList } from './backup-list.tsx';
import { backupsQuery } from './backup-query.ts';
import { tasksQuery } from './task-query.ts';

/** The backups that are there, one more on demand, and the way back. */
export function BackupSection() {
  const { t } = useTranslation();
  const { data: backups, error, refetch } = useQuery(backupsQuery);
  return (
    <Section title={t('backups.title')}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
        <Text size="sm" c="dimmed">
          {t('backups.intro')}
        </Text>
        <MakeButton />
      </Group>
      <LastFailure />
      {error && !backups && <LoadError error={error} onRetry={refetch} />}
      {!backups && !error && <Skeleton height={120} radius="md" aria-busy />}
      {backups && <BackupList folder={backups.folder} backups={backups.items} />}
      <Restore name={backups?.items[0]?.name ?? 'aniworld-….zip'} />
    </Section>
  );
}

const useBackupTask = () => useQuery(tasksQuery).data?.items.find(({ name }) => name === 'backup');

function MakeButton() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const task = useBackupTask();
  const make = useMutation({
    mutationFn: () => api.backups.create(),
    onSuccess: (begun) => patchTask(client, begun.task),
  });
  return (
    <Button
      variant="default"
      flex="0 0 auto"
      leftSection={<Archive size={16} aria-hidden />}
      loading={make.isPending || Boolean(task?.running_since)}
      onClick={() => make.mutate()}
    >
      {t('backups.make')}
    </Button>
  );
}

function LastFailure() {
  const { t } = useTranslation();
  const task = useBackupTask();
  if (!task?.last?.error || task.running_since) return null;
  return (
    <Alert color="kaki" icon={<TriangleAlert size={18} aria-hidden />} py="xs">
      {t('backups.failed', { error: task.last.error })}
    </Alert>
  );
}

function Restore({ name }: { name: string }) {
  const { t } = useTranslation();
  const ways = [
    [t('backups.restorePlain'), `npm start -- --data NEW_FOLDER --restore ${name}`],
    [t('backups.restoreDocker'), `RESTORE_FROM=/backups/${name} docker compose up -d`],
  ];
  return (
    <Stack gap={6}>
      <Text size="sm">
        {t('backups.restore')} {t('backups.secret')}
      </Text>
      {ways.map(([way, command]) => (
        <Text key={way} size="sm" c="dimmed">
          {way}: <Code style={{ overflowWrap: 'anywhere' }}>{command}</Code>
        </Text>
      ))}
    </Stack>
  );
}
