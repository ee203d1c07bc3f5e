import type { Series } from '@aniworld/contracts';
import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CalendarClock } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../pieces/blank.tsx';
import { LoadError } from '../pieces/load-error.tsx';
import { itemsByEpisode, seasonsOf } from './episode-state.ts';
import { SeasonSection } from './season-section.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { episodesQuery, seriesItemsQuery } from './series-queries.ts';

/** The seasons with their episodes, and what is chosen of them. */
export function EpisodeList({ series }: { series: Series }) {
  const { t } = useTranslation();
  const episodes = useQuery(episodesQuery(series.id));
  const queued = useQuery(seriesItemsQuery(series.id));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const items = useMemo(() => itemsByEpisode(queued.data ?? []), [queued.data]);
  const seasons = useMemo(() => seasonsOf(episodes.data ?? []), [episodes.data]);
  const choose = (ids: string[], on: boolean) =>
    setChosen((known) => (on ? known.union(new Set(ids)) : known.difference(new Set(ids))));

  if (episodes.isPending) return <EpisodeSkeleton />;
  if (episodes.isError) return <LoadError error={episodes.error} onRetry={episodes.refetch} />;
  if (seasons.length === 0)
    return <Blank icon={CalendarClock} title={t('series.noEpisodes')} hint={t('series.noEpisodesHint')} />;
  return (
    <Stack gap="lg">
      {seasons.map((season) => (
        <SeasonSection
          key={season.number}
          seriesId={series.id}
          season={season}
          items={items}
          chosen={chosen}
          onChoose={choose}
          initiallyOpen={seasons.length < 4 || season === seasons[0] || season.episodes.some((one) => one.missing)}
        />
      ))}
      <SelectionBar seriesId={series.id} chosen={chosen} onClear={() => setChosen(new Set())} />
    </Stack>
  );
}

function EpisodeSkeleton() {
  return (
    <Stack gap="sm" aria-busy>
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} height={52} radius="md" />
      ))}
    </Stack>
  );
}
