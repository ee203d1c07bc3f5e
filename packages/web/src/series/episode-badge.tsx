import type { Episode, QueueItem } from '@aniworld/contracts';
import { Progress } from '@mantine/core';
import { Check, CircleAlert, CircleDashed, Clock, Download, EyeOff, Hourglass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatSpeed } from '../format/bytes.ts';
import { useProgress } from '../queue/progress.ts';
import { type EpisodeState, episodeState } from './episode-state.ts';
import classes from './episode-row.module.css';

const ICONS = {
  onDisk: Check,
  missing: CircleDashed,
  upcoming: Clock,
  unmonitored: EyeOff,
  pending: Hourglass,
  downloading: Download,
  failed: CircleAlert,
};

/** The state of an episode in a word; a running download as its bar. */
export function EpisodeBadge({ episode, item }: { episode: Episode; item: QueueItem | undefined }) {
  const state = episodeState(episode, item);
  return state === 'downloading' && item ? <Running item={item} /> : <StateBadge state={state} />;
}

/** A state in a word with its sign. */
export function StateBadge({ state }: { state: EpisodeState }) {
  const { t } = useTranslation();
  const Icon = ICONS[state];
  return (
    <span className={classes.badge} data-state={state}>
      <Icon size={15} aria-hidden />
      <span className={classes.word}>{t(`episode.${state}`)}</span>
    </span>
  );
}

function Running({ item }: { item: QueueItem }) {
  const { t, i18n } = useTranslation();
  const live = useProgress(item.id);
  const percent = live?.percent ?? item.percent;
  return (
    <span className={classes.running}>
      <span className={`${classes.badge} numbers`}>
        {Math.floor(percent)} %{live && ` · ${formatSpeed(live.speed, i18n.language)}`}
      </span>
      <Progress value={percent} size="sm" transitionDuration={400} aria-label={t('episode.downloading')} />
    </span>
  );
}
