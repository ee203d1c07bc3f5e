import type { Episode, QueueItem } from '@aniworld/contracts';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../format/duration.ts';
import classes from './episode-row.module.css';
import { EpisodeTimeline } from './episode-timeline.tsx';
import { Fact } from './fact.tsx';
import { FileFacts } from './file-facts.tsx';

/** What is known of an episode: overview, numbers, its file and why that file is taken for it, what failed, what happened. */
export function EpisodeDetails({ episode, item }: { episode: Episode; item: QueueItem | undefined }) {
  const { t } = useTranslation();
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
      {episode.file && <FileFacts file={episode.file} />}
      {item?.state === 'failed' && item.error_cause && (
        <Fact label={t(`cause.${item.error_cause}`)}>
          {item.error_detail} {t(`advice.${item.error_cause}`)}
        </Fact>
      )}
      <EpisodeTimeline id={episode.id} />
    </div>
  );
}
