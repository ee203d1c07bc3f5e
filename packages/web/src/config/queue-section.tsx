import { SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AmountInput } from './amount-input.tsx';
import type { ConfigFields } from './config-fields.ts';
import { Folded } from './folded.tsx';
import { HostLimits } from './host-limits.tsx';
import { Section } from '../pieces/section.tsx';

/** How many downloads at once; the rest is folded away. */
export function QueueSection({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  const text = (name: 'maxConcurrent' | 'hostMaxConcurrent' | 'maxAttempts' | 'minFree') => ({
    form,
    label: t(`config.${name}`),
    description: t(`config.${name}Help`),
  });
  return (
    <Section title={t('config.queue')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <AmountInput {...text('maxConcurrent')} path="queue.max_concurrent" min={1} max={256} />
        <AmountInput {...text('hostMaxConcurrent')} path="queue.host_max_concurrent" min={1} max={64} />
        <AmountInput {...text('maxAttempts')} path="queue.max_attempts" min={1} max={20} />
        <AmountInput
          {...text('minFree')}
          path="queue.min_free_bytes"
          per={1_000_000}
          min={0}
          step={100}
          suffix={t('config.megabytes')}
        />
      </SimpleGrid>
      <Folded title={t('config.advanced')} open={FOLDED.some((path) => hasError(form, path))}>
        <Details form={form} />
        <HostLimits form={form} />
      </Folded>
    </Section>
  );
}

const FOLDED = [
  'queue.connections',
  'queue.stop_timeout_seconds',
  'queue.host_requests_per_minute',
  'queue.ageing_minutes',
  'queue.history_days',
  'queue.hosts',
];

function hasError(form: ConfigFields, path: string): boolean {
  return Object.keys(form.errors).some((field) => field === path || field.startsWith(`${path}.`));
}

function Details({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  const text = (name: 'connections' | 'stopTimeout' | 'hostRequests' | 'ageing' | 'historyDays') => ({
    form,
    label: t(`config.${name}`),
    description: t(`config.${name}Help`),
  });
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <AmountInput {...text('connections')} path="queue.connections" min={1} max={16} />
      <AmountInput
        {...text('hostRequests')}
        path="queue.host_requests_per_minute"
        min={1}
        max={6_000}
        whenEmpty={null}
        placeholder={t('config.noLimit')}
      />
      <AmountInput
        {...text('stopTimeout')}
        path="queue.stop_timeout_seconds"
        min={0}
        max={3_600}
        suffix={t('config.seconds')}
      />
      <AmountInput
        {...text('historyDays')}
        path="queue.history_days"
        min={0}
        max={3_650}
        suffix={t('config.daysUnit')}
      />
      <AmountInput {...text('ageing')} path="queue.ageing_minutes" min={0} max={10_080} suffix={t('config.minutes')} />
    </SimpleGrid>
  );
}
