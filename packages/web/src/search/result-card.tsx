import type { contracts, Reply } from '@aniworld/contracts';
import { Badge, Button, Group, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Check, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Poster } from '../pieces/poster.tsx';
import classes from './result-card.module.css';
import { useAddSeries } from './use-add-series.ts';

export type Result = Reply<typeof contracts.search.query>['results'][number];

/** One find: what it is, under which licence, and the way into the library. */
export function ResultCard({ result, q }: { result: Result; q: string }) {
  const { t } = useTranslation();
  const facts = [
    result.year,
    result.episode_count !== null && t('search.episodes', { count: result.episode_count }),
    result.licence ? t('search.licence', { licence: result.licence }) : t('search.noLicence'),
  ];
  return (
    <article className={`raised ${classes.card}`}>
      <div className={classes.poster}>
        <Poster title={result.title} url={result.poster_url} />
      </div>
      <div className={classes.text}>
        <Group gap="xs" align="center">
          <Title order={2} size="h4">
            {result.title}
          </Title>
          <Badge variant="light" color="gray">
            {result.provider}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed" className="numbers">
          {facts.filter(Boolean).join(' · ')}
        </Text>
        {result.overview && (
          <Text size="sm" lineClamp={3} mt={6}>
            {result.overview}
          </Text>
        )}
      </div>
      <div className={classes.action}>
        <AddOrOpen result={result} q={q} />
      </div>
    </article>
  );
}

function AddOrOpen({ result, q }: { result: Result; q: string }) {
  const { t } = useTranslation();
  const add = useAddSeries(q);
  if (result.series_id) {
    return (
      <Button
        component={Link}
        to="/anime/$id"
        params={{ id: result.series_id } as never}
        variant="light"
        fullWidth
        leftSection={<Check size={16} aria-hidden />}
        aria-label={`${t('search.inLibrary')}: ${result.title}`}
      >
        {t('search.inLibrary')}
      </Button>
    );
  }
  return (
    <Button
      fullWidth
      leftSection={<Plus size={16} aria-hidden />}
      loading={add.isPending}
      onClick={() => add.mutate(result)}
      aria-label={`${t('search.add')}: ${result.title}`}
    >
      {t('search.add')}
    </Button>
  );
}
