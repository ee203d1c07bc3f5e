import type { Episode, QueueItem } from '@aniworld/contracts';
import { Code, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
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
