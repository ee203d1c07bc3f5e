import type { CalendarEntry } from '@aniworld/contracts';
import { ActionIcon, VisuallyHidden } from '@mantine/core';
import { History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatDay, today } from '../format/day.ts';
import { ItemName } from '../queue/item-name.tsx';
import { ItemRows } from '../pieces/item-rows.tsx';
import lines from '../pieces/item-rows.module.css';
import { itemLabel } from '../queue/item-text.ts';
import { StateBadge } from '../series/episode-badge.tsx';
import { useOpenEpisode } from '../series/open-episode.ts';
import { stateOfStanding } from '../wanted/why.ts';
import classes from './agenda-rows.module.css';

/** Episodes by their days; a day is named once, beside its first. */
export function AgendaRows({ entries }: { entries: CalendarEntry[] }) {
  return (
    <ItemRows count={entries.length} keyOf={(index) => entries[index]!.episode_id} onEnd={() => {}} height={60}>
      {(index) => <Row entry={entries[index]!} first={entries[index - 1]?.air_date !== entries[index]!.air_date} />}
    </ItemRows>
  );
}

function Row({ entry, first }: { entry: CalendarEntry; first: boolean }) {
  const { t } = useTranslation();
  const open = useOpenEpisode('/calendar');
  return (
    <div className={`${lines.line} ${classes.line}`}>
      <Day day={entry.air_date} shown={first} />
      <div className={lines.name}>
        <ItemName item={entry} />
      </div>
      <StateBadge state={stateOfStanding(entry.standing)} />
      <ActionIcon
        data-opens={entry.episode_id}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t('wanted.historyOf', { name: itemLabel(entry) })}
        title={t('why.title')}
        onClick={() => open(entry.episode_id)}
      >
        <History size={18} aria-hidden />
      </ActionIcon>
    </div>
  );
}

function Day({ day, shown }: { day: string; shown: boolean }) {
  const { i18n } = useTranslation();
  const part = (style: Intl.DateTimeFormatOptions) => formatDay(day, i18n.language, style);
  return (
    <time
      dateTime={day}
      className={classes.day}
      data-hidden={!shown || undefined}
      aria-current={day === today() ? 'date' : undefined}
    >
      <VisuallyHidden>{part({ dateStyle: 'full' })}</VisuallyHidden>
      <span className={classes.weekday} aria-hidden>
        {part({ weekday: 'short' })}
      </span>
      <span className={`${classes.number} numbers`} aria-hidden>
        {part({ day: 'numeric' })}
      </span>
    </time>
  );
}
