import type { contracts, Reply } from '@aniworld/contracts';
import { Skeleton, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { Timeline, type TimelineLine } from '../pieces/timeline.tsx';
import { queueLine } from '../queue/timeline-text.ts';
import { api } from '../session/api.ts';
import { whyText } from '../wanted/why.ts';
import { eventText } from './event-text.ts';

type Told = Reply<typeof contracts.anime.episodeTimeline>;

export const episodeTimelineQuery = (id: string) =>
  queryOptions({
    queryKey: keys.episodeTimeline(id),
    queryFn: ({ signal }) => api.anime.episodeTimeline({ id }, { signal }),
  });

/** Where an episode stands, and how it came to that: what happened to it in library and queue. */
export function EpisodeTimeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const found = useQuery(episodeTimelineQuery(id));
  if (found.isPending) return <Skeleton height={80} aria-busy />;
  if (found.isError)
    return (
      <Text size="sm" role="alert">
        {found.error.message}
      </Text>
    );
  return (
    <div>
      <Text size="sm" mb={10}>
        {whyText(found.data.episode)}
      </Text>
      <Timeline lines={found.data.items.map(lineOf)} />
      {!found.data.queue_known && (
        <Text size="sm" c="dimmed" mt={8}>
          {t('happened.queueUnknown')}
        </Text>
      )}
    </div>
  );
}

function lineOf(entry: Told['items'][number]): TimelineLine {
  return entry.from === 'queue'
    ? queueLine(entry)
    : { at: entry.at, ...eventText(entry), trouble: entry.what === 'files_lost' };
}
