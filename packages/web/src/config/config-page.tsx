import { Skeleton, Stack } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { PageTitle } from '../pieces/page-title.tsx';
import { api } from '../session/api.ts';
import { SystemSection } from '../system/system-section.tsx';
import { ConfigForm } from './config-form.tsx';

const configQuery = queryOptions({
  queryKey: keys.config,
  queryFn: ({ signal }) => api.config.get({}, { signal }),
  // A form that is being filled in must not be read anew under the hand.
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnMount: 'always',
});

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
      <SystemSection />
    </Stack>
  );
}
