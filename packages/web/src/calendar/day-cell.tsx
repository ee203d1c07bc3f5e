import type { CalendarEntry } from '@aniworld/contracts';
import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { episodeCode } from '../format/episode-code.ts';
import { formatDay } from '../format/day.ts';
import { useOpenEpisode } from '../series/open-episode.ts';
import { stateOfStanding } from '../wanted/why.ts';
import classes from './month-view.module.css';

/** How many stand in a cell before it is opened. */
const SHOWN = 3;
/** How many an opened cell holds; of more the list is the better view. */
const MOST = 50;

/** A day of the month with its first episodes; the others unfold. */
export function DayCell({ day, entries }: { day: string; entries: CalendarEntry[] }) {
  const { t, i18n } = useTranslation();
  const [all, setAll] = useState(false);
  // One more instead of "1 more": it takes the same room.
  const shown = all ? MOST : entries.length === SHOWN + 1 ? SHOWN + 1 : SHOWN;
  return (
    <>
      <time dateTime={day} className={`${classes.number} numbers`}>
        {formatDay(day, i18n.language, { day: 'numeric' })}
      </time>
      {entries.length > 0 && (
        <ul className={classes.entries}>
          {entries.slice(0, shown).map((entry) => (
            <li key={entry.episode_id}>
              <Entry entry={entry} />
            </li>
          ))}
        </ul>
      )}
      {entries.length > SHOWN + 1 && (
        <UnstyledButton className={classes.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('calendar.less') : t('calendar.more', { count: entries.length - SHOWN })}
        </UnstyledButton>
      )}
    </>
  );
}

function Entry({ entry }: { entry: CalendarEntry }) {
  const { t } = useTranslation();
  const open = useOpenEpisode('/calendar');
  const state = stateOfStanding(entry.standing);
  const code = episodeCode(entry.season, entry.episode);
  const label = [entry.series_title, code, entry.title, t(`episode.${state}`)].join(', ');
  return (
    <UnstyledButton
      className={classes.entry}
      data-state={state}
      data-opens={entry.episode_id}
      aria-label={label}
      title={label}
      onClick={() => open(entry.episode_id)}
    >
      {entry.series_title} <span className="numbers">{code}</span>
    </UnstyledButton>
  );
}
