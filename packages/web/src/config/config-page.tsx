import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { LoadError } from '../pieces/load-error.tsx';
import { PageTitle } from '../pieces/page-title.tsx';
import { ConfigForm } from './config-form.tsx';
import { configQuery } from './config-query.ts';
import { HistorySection } from './history-section.tsx';
import { TransferSection } from './transfer-section.tsx';

/** The one configuration document as a form. */
export function ConfigPage() {
  const { t } = useTranslation();
  const config = useQuery(configQuery);
  return (
    <Stack gap="lg" maw={760} mx="auto">
      <PageTitle>{t('config.title')}</PageTitle>
      {config.isPending && <Skeleton height={420} radius="lg" aria-busy />}
      {config.isError && <LoadError error={config.error} onRetry={config.refetch} />}
      {config.data && <ConfigForm key={config.data.version} current={config.data} />}
      {config.data && <HistorySection current={config.data} />}
      {config.data && <TransferSection current={config.data} />}
    </Stack>
  );
}
