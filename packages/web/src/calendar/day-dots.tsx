import type { CalendarEntry } from '@aniworld/contracts';
import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../format/day.ts';
import { stateOfStanding } from '../wanted/why.ts';
import classes from './month-view.module.css';

interface DayDotsProps {
  day: string;
  entries: CalendarEntry[];
  chosen: boolean;
  onChoose: (day: string) => void;
}

/** A day of the month where there is no room for words: a dot for each state that its episodes are in. */
export function DayDots({ day, entries, chosen, onChoose }: DayDotsProps) {
  const { t, i18n } = useTranslation();
  const states = [...new Set(entries.map((entry) => stateOfStanding(entry.standing)))];
  const name = formatDay(day, i18n.language, { day: 'numeric', month: 'long' });
  return (
    <UnstyledButton
      className={classes.day}
      aria-pressed={chosen}
      aria-label={`${name}: ${t('search.episodes', { count: entries.length })}`}
      onClick={() => onChoose(day)}
    >
      <time dateTime={day} className={`${classes.number} numbers`} aria-hidden>
        {formatDay(day, i18n.language, { day: 'numeric' })}
      </time>
      <span className={classes.dots} aria-hidden>
        {states.slice(0, 4).map((state) => (
          <span key={state} className={classes.dot} data-state={state} />
        ))}
      </span>
    </UnstyledButton>
  );
}
