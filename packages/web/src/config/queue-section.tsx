import { NumberInput, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ConfigFields } from './config-fields.ts';
import { Section } from './section.tsx';

/** The bounds are the contract's; the form checks with its schema, these only stop the arrows. */
const FIELDS = [
  { path: 'queue.max_concurrent', text: 'maxConcurrent', min: 1, max: 64 },
  { path: 'queue.max_attempts', text: 'maxAttempts', min: 1, max: 20 },
  { path: 'queue.connections', text: 'connections', min: 1, max: 16 },
  { path: 'queue.stop_timeout_seconds', text: 'stopTimeout', min: 0, max: 3_600 },
] as const;

/** How many downloads, how many tries, how patient. */
export function QueueSection({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  return (
    <Section title={t('config.queue')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {FIELDS.map(({ path, text, min, max }) => (
          <NumberInput
            key={path}
            label={t(`config.${text}`)}
            description={t(`config.${text}Help`)}
            min={min}
            max={max}
            clampBehavior="none"
            allowDecimal={false}
            {...form.getInputProps(path)}
          />
        ))}
      </SimpleGrid>
    </Section>
  );
}
