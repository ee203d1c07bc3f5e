import type { Episode, QueueItem } from '@aniworld/contracts';
import { ActionIcon, Checkbox, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { episodeCode } from '../format/episode-code.ts';
import { EpisodeBadge } from './episode-badge.tsx';
import { EpisodeDetails } from './episode-details.tsx';
import classes from './episode-row.module.css';

interface EpisodeRowProps {
  episode: Episode;
  item: QueueItem | undefined;
  selectable: boolean;
  selected: boolean;
  onSelect: (on: boolean) => void;
}

/** One episode: number, title, state; its details unfold below. */
export const EpisodeRow = memo(function EpisodeRow({ episode, item, selectable, selected, onSelect }: EpisodeRowProps) {
  const { t } = useTranslation();
  const [open, details] = useDisclosure();
  const code = episodeCode(episode.season, episode.episode);
  return (
    <li className={classes.row} data-selected={selected || undefined}>
      <div className={classes.line}>
        <Checkbox
          size="sm"
          aria-label={t('series.selectEpisode', { code })}
          className={selectable ? undefined : classes.unselectable}
          disabled={!selectable}
          checked={selected && selectable}
          onChange={(event) => onSelect(event.currentTarget.checked)}
        />
        <span className={`${classes.number} numbers`}>{episode.episode}</span>
        <div className={classes.title}>
          <Text size="sm" fw={560} truncate>
            {episode.title}
          </Text>
          <AirDate episode={episode} />
        </div>
        <EpisodeBadge episode={episode} item={item} />
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('series.details', { code })}
          aria-expanded={open}
          onClick={details.toggle}
        >
          <ChevronDown size={16} aria-hidden className={classes.chevron} data-open={open || undefined} />
        </ActionIcon>
      </div>
      {open && <EpisodeDetails episode={episode} item={item} />}
    </li>
  );
}, sameButForHandler);

/** The handler is made anew at each drawing but does the same; comparing it would draw every row for each tick of one. */
function sameButForHandler(a: EpisodeRowProps, b: EpisodeRowProps): boolean {
  return a.episode === b.episode && a.item === b.item && a.selectable === b.selectable && a.selected === b.selected;
}

function AirDate({ episode }: { episode: Episode }) {
  const { t, i18n } = useTranslation();
  if (!episode.air_date) return null;
  const day = new Date(`${episode.air_date}T12:00:00Z`);
  const date = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' }).format(day);
  return (
    <Text size="xs" c="dimmed" className="numbers">
      {t(day.getTime() > Date.now() ? 'series.airs' : 'series.aired', { date })}
    </Text>
  );
}
