import type { SeriesDetails } from '@aniworld/contracts';
import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CalendarClock } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../pieces/blank.tsx';
import { LoadError } from '../pieces/load-error.tsx';
import { useChosen } from '../pieces/use-chosen.ts';
import type { EpisodeActions } from './episode-row.tsx';
import { EpisodeSelection } from './episode-selection.tsx';
import { isLong, itemsByEpisode, openAtFirst, seasonsOf, summaryOf } from './episode-state.ts';
import { SeasonSection } from './season-section.tsx';
import { episodesQuery, seriesItemsQuery } from './series-queries.ts';
import { useMonitorEpisodes } from './use-amend.ts';

/** The seasons with their episodes, and what is chosen of them. */
export function EpisodeList({ series }: { series: SeriesDetails }) {
  const { t } = useTranslation();
  const episodes = useQuery(episodesQuery(series.id));
  const queued = useQuery(seriesItemsQuery(series.id));
  const { chosen, choose, clear } = useChosen();
  const { chosen: unfolded, choose: unfold } = useChosen();
  const { mutate: monitor } = useMonitorEpisodes(series.id);
  const items = useMemo(() => itemsByEpisode(queued.data ?? []), [queued.data]);
  const seasons = useMemo(() => seasonsOf(episodes.data ?? []), [episodes.data]);
  const actions = useMemo<EpisodeActions>(
    () => ({
      choose,
      unfold: (id, on) => unfold([id], on),
      monitor: (id, monitored) => monitor({ episode_ids: [id], monitored }),
    }),
    [choose, unfold, monitor],
  );

  if (episodes.isPending) return <EpisodeSkeleton seasons={series.seasons.length} />;
  if (episodes.isError) return <LoadError error={episodes.error} onRetry={episodes.refetch} />;
  if (seasons.length === 0)
    return <Blank icon={CalendarClock} title={t('series.noEpisodes')} hint={t('series.noEpisodesHint')} />;
  const open = openAtFirst(seasons);
  const selection = episodes.data.filter((episode) => chosen.has(episode.id));
  return (
    <Stack gap="lg">
      {seasons.map((season) => (
        <SeasonSection
          key={season.number}
          seriesId={series.id}
          season={season}
          summary={summaryOf(season)}
          items={items}
          chosen={chosen}
          unfolded={unfolded}
          actions={actions}
          initiallyOpen={open.has(season.number)}
          windowed={isLong(seasons)}
        />
      ))}
      <EpisodeSelection series={series} episodes={selection} items={items} onClear={clear} />
    </Stack>
  );
}

/** As many headings as there will be. */
function EpisodeSkeleton({ seasons }: { seasons: number }) {
  return (
    <Stack gap="lg" aria-busy>
      {Array.from({ length: Math.min(Math.max(1, seasons), 12) }, (_, index) => (
        <Skeleton key={index} height={48} radius="lg" />
      ))}
      <Skeleton height={300} radius="lg" />
    </Stack>
  );
}
