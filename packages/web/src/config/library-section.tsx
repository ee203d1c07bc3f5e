import { ActionIcon, Button, Group, Input, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { FolderOpen, Plus, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AmountInput } from './amount-input.tsx';
import type { ConfigFields } from './config-fields.ts';
import { FixedNote } from './fixed-note.tsx';
import { NamingField } from './naming-field.tsx';
import { Section } from '../pieces/section.tsx';

/** Folders, file names, how often they are scanned and series are asked for, what new series begin with. */
export function LibrarySection({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  return (
    <Section title={t('config.library')}>
      <Folders form={form} />
      <NamingField form={form} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <AmountInput
          form={form}
          path="library.scan_interval_minutes"
          label={t('config.scanInterval')}
          description={t('config.scanIntervalHelp')}
          suffix={t('config.minutes')}
          min={0}
          max={10_080}
        />
        <AmountInput
          form={form}
          path="library.refresh_interval_hours"
          label={t('config.refreshInterval')}
          description={t('config.refreshIntervalHelp')}
          suffix={t('config.hours')}
          min={1}
          max={8_760}
        />
        <AmountInput
          form={form}
          path="library.recycle_days"
          label={t('config.recycleDays')}
          description={t('config.recycleDaysHelp')}
          suffix={t('config.daysUnit')}
          min={0}
          max={3_650}
        />
      </SimpleGrid>
      {(['auto_download', 'nfo', 'artwork', 'recycle'] as const).map((name) => (
        <Switch
          key={name}
          label={t(`config.${name}`)}
          description={t(`config.${name}Help`)}
          {...form.getInputProps(`library.${name}`, { type: 'checkbox' })}
        />
      ))}
    </Section>
  );
}

function Folders({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  const { folders } = form.values.library;
  return (
    <Input.Wrapper
      label={t('config.folders')}
      labelElement="div"
      description={t('config.foldersHelp')}
      error={form.errors['library.folders']}
    >
      <Stack gap="xs" mt={8}>
        <FixedNote form={form} path="library.folders" />
        {folders.length === 0 && (
          <Text size="sm" c="var(--page-attention)">
            {t('config.noFolders')}
          </Text>
        )}
        {folders.map((_, index) => (
          <Folder key={index} form={form} index={index} />
        ))}
        <Button
          variant="default"
          w="fit-content"
          leftSection={<Plus size={16} aria-hidden />}
          disabled={form.fixedBy('library.folders') !== undefined}
          onClick={() => form.insertListItem('library.folders', '')}
        >
          {t('config.addFolder')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

function Folder({ form, index }: { form: ConfigFields; index: number }) {
  const { t } = useTranslation();
  const label = t('config.folder', { number: index + 1 });
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <TextInput
        flex={1}
        aria-label={label}
        placeholder="/srv/media/anime"
        leftSection={<FolderOpen size={16} aria-hidden />}
        spellCheck={false}
        {...form.getInputProps(`library.folders.${index}`)}
      />
      <ActionIcon
        variant="default"
        size={36}
        aria-label={`${t('action.remove')}: ${label}`}
        disabled={form.fixedBy('library.folders') !== undefined}
        onClick={() => form.removeListItem('library.folders', index)}
      >
        <Trash2 size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
