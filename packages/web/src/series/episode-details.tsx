import type { Episode, QueueItem } from '@aniworld/contracts';
import { Code, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { Timeline } from '../queue/timeline.tsx';
import { api } from '../session/api.ts';
import classes from './episode-row.module.css';

/** What is known of an episode: overview, numbers, its file and why that file is taken for it, what failed. */
export function EpisodeDetails({ episode, item }: { episode: Episode; item: QueueItem | undefined }) {
  const { t, i18n } = useTranslation();
  const facts = [
    episode.absolute !== null && t('series.absolute', { number: episode.absolute }),
    episode.duration !== null && formatDuration(episode.duration),
  ].filter(Boolean);
  return (
    <div className={classes.details}>
      {episode.overview && <Text size="sm">{episode.overview}</Text>}
      {facts.length > 0 && (
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
      )}
      {episode.file && (
        <>
          <Fact label={t('series.file')}>
            <Code>{episode.file.path}</Code>{' '}
            <span className="numbers">{formatBytes(episode.file.size, i18n.language)}</span>
          </Fact>
          <Fact label={t('series.whyMatched')}>{episode.file.match}</Fact>
        </>
      )}
      {item?.state === 'failed' && item.error_cause && (
        <Fact label={t(`cause.${item.error_cause}`)}>
          {item.error_detail} {t(`advice.${item.error_cause}`)}
        </Fact>
      )}
      <EpisodeTimeline id={episode.id} />
    </div>
  );
}

/** Nothing for an episode that was never in the queue. */
function EpisodeTimeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: keys.episodeTimeline(id),
    queryFn: ({ signal }) => api.queue.timeline({ episode_id: id }, { signal }),
  });
  if (found.isPending) return <Skeleton height={40} aria-busy />;
  if (found.isError) return <Fact label={t('timeline.title')}>{found.error.message}</Fact>;
  if (found.data.items.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="dimmed" mb={6}>
        {t('timeline.title')}
      </Text>
      <Timeline entries={found.data.items} />
    </div>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Text size="sm" component="div">
      <Text span size="xs" c="dimmed" display="block">
        {label}
      </Text>
      {children}
    </Text>
  );
}
