import type { WantedEpisode } from '@aniworld/contracts';
import { ActionIcon, Button, Checkbox, Text } from '@mantine/core';
import { Download, History } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../format/day.ts';
import { formatMoment } from '../format/moment.ts';
import { ItemName } from '../queue/item-name.tsx';
import lines from '../pieces/item-rows.module.css';
import { itemLabel } from '../queue/item-text.ts';
import { useOpenEpisode } from '../series/open-episode.ts';
import { useQueueEpisodes } from './use-queue-episodes.ts';
import classes from './wanted-row.module.css';
import { canQueueStanding, stateOfStanding, whyText } from './why.ts';

interface WantedRowProps {
  episode: WantedEpisode;
  selected: boolean;
  onSelect: (on: boolean) => void;
}

/** One missing episode: what it is, why it is missing, what happened to it, and the queue. */
export const WantedRow = memo(function WantedRow({ episode, selected, onSelect }: WantedRowProps) {
  const { t, i18n } = useTranslation();
  const queueable = canQueueStanding(episode.standing);
  const day = episode.air_date && formatDay(episode.air_date, i18n.language);
  return (
    <div className={`${lines.line} ${classes.line}`} data-selected={(selected && queueable) || undefined}>
      <Checkbox
        size="sm"
        aria-label={t('queue.select', { name: itemLabel(episode) })}
        className={queueable ? undefined : classes.unselectable}
        disabled={!queueable}
        checked={selected && queueable}
        onChange={(event) => onSelect(event.currentTarget.checked)}
      />
      <div className={`${lines.name} ${classes.name}`}>
        <ItemName item={episode} more={day} />
      </div>
      <Why episode={episode} />
      <Actions episode={episode} queueable={queueable} />
    </div>
  );
}, sameButForHandler);

/** The handler is made anew at each drawing but does the same. */
function sameButForHandler(a: WantedRowProps, b: WantedRowProps): boolean {
  return a.episode === b.episode && a.selected === b.selected;
}

function Why({ episode }: { episode: WantedEpisode }) {
  const { i18n } = useTranslation();
  const since = episode.since && formatMoment(episode.since, i18n.language);
  return (
    <div className={classes.why} data-state={stateOfStanding(episode.standing)}>
      <Text size="sm" lineClamp={2}>
        {whyText(episode)}
      </Text>
      {(episode.detail || since) && (
        <Text size="xs" c="dimmed" lineClamp={1} className="numbers" {...(episode.detail && { title: episode.detail })}>
          {[since, episode.detail].filter(Boolean).join(' · ')}
        </Text>
      )}
    </div>
  );
}

function Actions({ episode, queueable }: { episode: WantedEpisode; queueable: boolean }) {
  const { t } = useTranslation();
  const open = useOpenEpisode('/wanted');
  const queue = useQueueEpisodes();
  const name = itemLabel(episode);
  return (
    <div className={classes.actions}>
      <ActionIcon
        data-opens={episode.episode_id}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t('wanted.historyOf', { name })}
        title={t('why.title')}
        onClick={() => open(episode.episode_id)}
      >
        <History size={18} aria-hidden />
      </ActionIcon>
      <Button
        size="xs"
        variant="light"
        className={queueable ? undefined : classes.unselectable}
        disabled={!queueable}
        leftSection={<Download size={14} aria-hidden />}
        loading={queue.isPending}
        aria-label={t('wanted.queueNamed', { name })}
        onClick={() => queue.mutate({ episodes: [episode] })}
      >
        {t('wanted.queueOne')}
      </Button>
    </div>
  );
}
