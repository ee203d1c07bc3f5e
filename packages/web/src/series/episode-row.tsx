import type { Episode, QueueItem } from '@aniworld/contracts';
import { ActionIcon, Checkbox, Text } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay, today } from '../format/day.ts';
import { episodeCode } from '../format/episode-code.ts';
import { EpisodeBadge } from './episode-badge.tsx';
import { EpisodeDetails } from './episode-details.tsx';
import classes from './episode-row.module.css';
import { resolutionName } from './media-text.ts';
import { MonitorToggle } from './monitor-toggle.tsx';

/** What can be done with an episode of the list. The functions stay the same from drawing to drawing. */
export interface EpisodeActions {
  choose: (ids: string[], on: boolean) => void;
  unfold: (id: string, on: boolean) => void;
  monitor: (id: string, on: boolean) => void;
}

interface EpisodeRowProps {
  episode: Episode;
  item: QueueItem | undefined;
  selected: boolean;
  open: boolean;
  actions: EpisodeActions;
}

/** One episode: number, title, state; its details unfold below. Drawn anew when something of its own has changed. */
export const EpisodeRow = memo(function EpisodeRow({ episode, item, selected, open, actions }: EpisodeRowProps) {
  const { t } = useTranslation();
  const code = episodeCode(episode.season, episode.episode);
  return (
    <div
      className={classes.row}
      data-selected={selected || undefined}
      data-unmonitored={(!episode.monitored && !episode.file) || undefined}
    >
      <div className={classes.line}>
        <Checkbox
          size="sm"
          aria-label={t('series.selectEpisode', { code })}
          checked={selected}
          onChange={(event) => actions.choose([episode.id], event.currentTarget.checked)}
        />
        <span className={`${classes.number} numbers`}>{episode.episode}</span>
        <div className={classes.title}>
          <Text size="sm" fw={560} truncate>
            {episode.title}
          </Text>
          <SmallFacts episode={episode} />
        </div>
        <EpisodeBadge episode={episode} item={item} />
        <MonitorToggle
          label={t('monitor.episode', { code })}
          monitored={episode.monitored}
          onChange={(on) => actions.monitor(episode.id, on)}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('series.details', { code })}
          aria-expanded={open}
          onClick={() => actions.unfold(episode.id, !open)}
        >
          <ChevronDown size={16} aria-hidden className={classes.chevron} data-open={open || undefined} />
        </ActionIcon>
      </div>
      {open && <EpisodeDetails episode={episode} item={item} />}
    </div>
  );
});

function SmallFacts({ episode }: { episode: Episode }) {
  const media = episode.file?.media;
  const resolution = media && resolutionName(media);
  const date = useAirDate(episode.air_date);
  if (!date && !resolution) return null;
  return (
    <Text size="xs" c="dimmed" className="numbers" truncate>
      {[date, resolution].filter(Boolean).join(' · ')}
    </Text>
  );
}

function useAirDate(airDate: string | null): string | null {
  const { t, i18n } = useTranslation();
  if (!airDate) return null;
  const later = airDate > today();
  return t(later ? 'series.airs' : 'series.aired', { date: formatDay(airDate, i18n.language) });
}
