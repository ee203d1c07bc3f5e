import { TextInput } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Section } from '../pieces/section.tsx';
import { AmountInput } from './amount-input.tsx';
import type { ConfigFields } from './config-fields.ts';

/** Where backups go and how many stay. */
export function BackupSection({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  return (
    <Section title={t('config.backup')}>
      <TextInput
        label={t('config.backupFolder')}
        description={t('config.backupFolderHelp')}
        placeholder="/srv/backups"
        leftSection={<FolderOpen size={16} aria-hidden />}
        spellCheck={false}
        {...form.getInputProps('backup.folder')}
      />
      <AmountInput
        form={form}
        path="backup.keep"
        label={t('config.backupKeep')}
        description={t('config.backupKeepHelp')}
        min={0}
        max={1_000}
        maw={320}
      />
    </Section>
  );
}
