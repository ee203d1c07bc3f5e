import { Skeleton, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { LoadError } from '../pieces/load-error.tsx';
import { Section } from '../pieces/section.tsx';
import { ServiceTable } from './service-table.tsx';
import { systemQuery } from './system-query.ts';
import { WorkerList } from './worker-list.tsx';

/** What the system consists of just now: its workers and what they do, its services and their versions. */
export function SystemSection() {
  const { t } = useTranslation();
  const { data: system, error, refetch } = useQuery(systemQuery);
  return (
    <Section title={t('system.parts')}>
      {error && !system && <LoadError error={error} onRetry={refetch} />}
      {!system && !error && <Skeleton height={160} radius="md" aria-busy />}
      {system && (
        <>
          <Title order={3} size="h5">
            {t('system.workers')}
          </Title>
          <WorkerList workers={system.workers} version={system.version} />
          <Title order={3} size="h5">
            {t('system.services')}
          </Title>
          <ServiceTable services={system.services} />
        </>
      )}
    </Section>
  );
}
