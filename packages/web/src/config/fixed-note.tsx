import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ConfigFields } from './config-fields.ts';

/** Says that the environment decides on a list, which has no field of its own to say it. */
export function FixedNote({ form, path }: { form: ConfigFields; path: string }) {
  const { t } = useTranslation();
  const variable = form.fixedBy(path);
  if (!variable) return null;
  return (
    <Text size="sm" c="dimmed">
      {t('config.fixed', { variable })}
    </Text>
  );
}
