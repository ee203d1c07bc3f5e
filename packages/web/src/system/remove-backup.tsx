import type { Backup } from '@aniworld/contracts';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { formatMoment } from '../format/moment.ts';
import { Confirm } from '../pieces/confirm.tsx';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';

interface RemoveBackupProps {
  backup: Backup;
  opened: boolean;
  onClose: () => void;
}

/** Asks before a backup is deleted: nothing brings it back. */
export function RemoveBackup({ backup, opened, onClose }: RemoveBackupProps) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.backups.remove({ name: backup.name }),
    onSuccess: async () => {
      onClose();
      showDone(t('backups.deleted'));
      await client.invalidateQueries({ queryKey: keys.backups });
    },
  });
  const when = formatMoment(backup.created_at, i18n.language, 'medium');
  return (
    <Confirm
      opened={opened}
      title={t('backups.deleteTitle')}
      action={t('backups.delete')}
      color="red"
      loading={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Text className="path">{t('backups.deleteHint', { name: backup.name, when })}</Text>
    </Confirm>
  );
}
