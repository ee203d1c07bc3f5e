import type { WantedEpisode } from '@aniworld/contracts';
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { skipToken, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../format/day.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { OpenedDrawer } from '../pieces/opened-drawer.tsx';
import { ItemName } from '../queue/item-name.tsx';
import { useQueueEpisodes } from '../wanted/use-queue-episodes.ts';
import { canQueueStanding, stateOfStanding } from '../wanted/why.ts';
import { StateBadge } from './episode-badge.tsx';
import { EpisodeTimeline, episodeTimelineQuery } from './episode-timeline.tsx';

interface EpisodeDrawerProps {
  id: string | undefined;
  onClose: () => void;
}

/** One episode of a list over many series: where it stands, how it came to that, and what can be done. */
export function EpisodeDrawer({ id, onClose }: EpisodeDrawerProps) {
  const { t } = useTranslation();
  return (
    <OpenedDrawer id={id} title={t('why.title')} onClose={onClose}>
      <Content id={id} />
    </OpenedDrawer>
  );
}

function Content({ id }: { id: string | undefined }) {
  const { t } = useTranslation();
  const query = episodeTimelineQuery(id ?? '');
  const found = useQuery({
    queryKey: query.queryKey,
    queryFn: id === undefined ? skipToken : query.queryFn!,
    // The content stays while the drawer closes.
    placeholderData: (last) => (id === undefined ? last : undefined),
  });
  if (found.error?.code === 'EPISODE_NOT_FOUND') return <Text c="dimmed">{t('why.gone')}</Text>;
  if (found.isError) return <LoadError error={found.error} onRetry={found.refetch} />;
  if (!found.data) return <Skeleton height={220} aria-busy />;
  const { episode } = found.data;
  return (
    <Stack gap="md">
      <Head episode={episode} />
      <EpisodeTimeline id={episode.episode_id} />
    </Stack>
  );
}

function Head({ episode }: { episode: WantedEpisode }) {
  const { t, i18n } = useTranslation();
  const queue = useQueueEpisodes();
  return (
    <>
      <div>
        <ItemName item={episode} more={episode.air_date && formatDay(episode.air_date, i18n.language)} />
        <StateBadge state={stateOfStanding(episode.standing)} />
      </div>
      <Group gap="xs">
        {canQueueStanding(episode.standing) && (
          <Button
            leftSection={<Download size={16} aria-hidden />}
            loading={queue.isPending}
            onClick={() => queue.mutate({ episodes: [episode] })}
          >
            {t('wanted.queueOne')}
          </Button>
        )}
        <Button
          variant="default"
          renderRoot={(props) => <Link to="/anime/$id" params={{ id: episode.series_id }} {...props} />}
        >
          {t('wanted.toSeries')}
        </Button>
      </Group>
    </>
  );
}
