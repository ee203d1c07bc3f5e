import type { ConfigVersion } from '@aniworld/contracts';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { Save } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { FloatingBar } from '../pieces/floating-bar.tsx';
import { messageOf } from '../pieces/toast.tsx';
import { type ConfigFields, useConfigForm, useSaveConfig } from './config-fields.ts';
import { BackupSection } from './backup-section.tsx';
import { EngineSection } from './engine-section.tsx';
import { LibrarySection } from './library-section.tsx';
import { MetadataSection } from './metadata-section.tsx';
import { useNamedField } from './named-field.ts';
import { NetworkSection } from './network-section.tsx';
import { ProviderSection } from './provider-section.tsx';
import { QueueSection } from './queue-section.tsx';
import { QuietHoursSection } from './quiet-hours-section.tsx';
import { TaskSection } from './task-section.tsx';

/** Edits a copy of the configuration; nothing counts before it is saved. */
export function ConfigForm({ current }: { current: ConfigVersion }) {
  const form = useConfigForm(current);
  const save = useSaveConfig(current.version, form);
  useNamedField(form);
  return (
    <form
      onSubmit={form.onSubmit(
        (values) => save.mutate(values),
        // A folded part opens for its errors, and its fields are there only after that.
        (errors) => setTimeout(() => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus()),
      )}
      noValidate
    >
      <Stack gap="lg">
        <LibrarySection form={form} />
        <QueueSection form={form} />
        <EngineSection form={form} />
        <QuietHoursSection form={form} />
        <ProviderSection form={form} />
        <MetadataSection form={form} />
        <NetworkSection form={form} />
        <TaskSection form={form} />
        <BackupSection form={form} />
        {save.error && (
          <Alert color="red" role="alert">
            {messageOf(save.error)}
          </Alert>
        )}
        {form.isDirty() && <SaveBar form={form} saving={save.isPending} />}
      </Stack>
    </form>
  );
}

function SaveBar({ form, saving }: { form: ConfigFields; saving: boolean }) {
  const { t } = useTranslation();
  return (
    <FloatingBar>
      <Text fw={600} role="status">
        {t('config.unsaved')}
      </Text>
      <Group gap="xs" ml="auto">
        <Button variant="default" onClick={() => form.reset()}>
          {t('config.discard')}
        </Button>
        <Button type="submit" loading={saving} leftSection={<Save size={16} aria-hidden />}>
          {t('action.save')}
        </Button>
      </Group>
    </FloatingBar>
  );
}
