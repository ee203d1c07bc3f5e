import { TaskName } from '@aniworld/contracts';
import { SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Section } from '../pieces/section.tsx';
import type { ConfigFields } from './config-fields.ts';
import { ScheduleField } from './schedule-field.tsx';

/** When the server does by itself what the system page lists. */
export function TaskSection({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  return (
    <Section title={t('config.tasks')}>
      <Text size="sm" c="dimmed">
        {t('config.tasksHelp')}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {TaskName.options.map((name) => (
          <ScheduleField key={name} form={form} name={name} />
        ))}
      </SimpleGrid>
    </Section>
  );
}
