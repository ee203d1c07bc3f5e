import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { SearchX, Telescope } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../pieces/blank.tsx';
import { LoadError } from '../pieces/load-error.tsx';
import { PageTitle } from '../pieces/page-title.tsx';
import { ProviderNote } from './provider-note.tsx';
import { ResultCard } from './result-card.tsx';
import { SearchField } from './search-field.tsx';
import { searchQuery } from './search-query.ts';

/** Asks all providers at once; the words stand in the address, so that "back" leads to the results. */
export function SearchPage() {
  const { t } = useTranslation();
  const { q = '' } = useSearch({ from: '/inside/search' });
  return (
    <Stack gap="lg" maw={860} mx="auto">
      <PageTitle>{t('search.title')}</PageTitle>
      <SearchField key={q} initial={q} />
      {q ? <Results q={q} /> : <Blank icon={Telescope} title={t('search.intro')} hint={t('search.introHint')} />}
    </Stack>
  );
}

function Results({ q }: { q: string }) {
  const { t } = useTranslation();
  const found = useQuery(searchQuery(q));
  if (found.isPending) return <ResultSkeleton />;
  if (found.isError) return <LoadError error={found.error} onRetry={found.refetch} />;
  const { results, providers } = found.data;
  const failed = providers.filter((provider) => !provider.ok);
  return (
    <Stack gap="md">
      {failed.length > 0 && <ProviderNote failed={failed} onRetry={found.refetch} busy={found.isFetching} />}
      {results.length === 0 ? (
        <Blank icon={SearchX} title={t('search.none', { q })} hint={t('search.noneHint')} />
      ) : (
        <>
          <Text size="sm" c="dimmed" role="status">
            {t('search.found', { count: results.length })}
          </Text>
          {results.map((result) => (
            <ResultCard key={`${result.provider} ${result.ref}`} result={result} q={q} />
          ))}
        </>
      )}
    </Stack>
  );
}

function ResultSkeleton() {
  return (
    <Stack gap="md" aria-busy>
      {Array.from({ length: 4 }, (_, index) => (
        <Skeleton key={index} height={150} radius="lg" />
      ))}
    </Stack>
  );
}
