import { Anchor, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { LoadError } from '../pieces/load-error.tsx';
import { EpisodeList } from './episode-list.tsx';
import { NumberingLog } from './numbering-log.tsx';
import { SeriesChoices } from './series-choices.tsx';
import { SeriesHeader } from './series-header.tsx';
import { seriesQuery } from './series-queries.ts';
import { SeriesTimeline } from './series-timeline.tsx';

/** One series: what it is, its episodes with their state, and what can be done about those that are missing. */
export function SeriesPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/inside/anime/$id' });
  const series = useQuery(seriesQuery(id));
  return (
    <Stack gap="lg">
      <Anchor component={Link} to="/" size="sm" c="dimmed" w="fit-content">
        <ChevronLeft size={15} style={{ verticalAlign: '-2.5px' }} aria-hidden /> {t('series.back')}
      </Anchor>
      {series.isPending && <Skeleton height={230} radius="lg" aria-busy />}
      {series.isError && <LoadError level={1} error={series.error} onRetry={series.refetch} />}
      {series.data && (
        <>
          <SeriesHeader series={series.data} />
          <SeriesChoices series={series.data} />
          <EpisodeList key={id} series={series.data} />
          <NumberingLog key={`numbering ${id}`} seriesId={id} />
          <SeriesTimeline key={`timeline ${id}`} id={id} />
        </>
      )}
    </Stack>
  );
}
