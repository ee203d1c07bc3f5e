import type { CalendarEntry } from '@aniworld/contracts';
import { Loader, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay, today } from '../format/day.ts';
import { AgendaRows } from './agenda-rows.tsx';
import { DayCell } from './day-cell.tsx';
import { DayDots } from './day-dots.tsx';
import classes from './month-view.module.css';

interface MonthViewProps {
  month: string;
  weeks: string[][];
  days: Map<string, CalendarEntry[]>;
  loading: boolean;
}

/** Six weeks as a table. On small screens a day shows dots, and the chosen day's episodes stand below. */
export function MonthView({ month, weeks, days, loading }: MonthViewProps) {
  const { t, i18n } = useTranslation();
  const small = useMediaQuery('(max-width: 720px)', undefined, { getInitialValueInEffect: false });
  const now = today();
  const [chosen, choose] = useState(now.startsWith(month) ? now : null);
  const weekday = (day: string, weekdayStyle: 'short' | 'long') =>
    formatDay(day, i18n.language, { weekday: weekdayStyle });
  const empty = !loading && ![...days.keys()].some((day) => day.startsWith(month));
  return (
    <>
      <div className={`raised ${classes.frame}`}>
        {loading && <Loader size="xs" className={classes.loader} aria-label={t('calendar.loading')} />}
        <table className={classes.month} aria-busy={loading}>
          <caption className={classes.caption}>
            {formatDay(`${month}-01`, i18n.language, { month: 'long', year: 'numeric' })}
          </caption>
          <thead>
            <tr>
              {weeks[0]!.map((day) => (
                <th key={day} scope="col" abbr={weekday(day, 'long')}>
                  {weekday(day, 'short')}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeks.map((week) => (
              <tr key={week[0]}>
                {week.map((day) => (
                  <td
                    key={day}
                    data-outside={!day.startsWith(month) || undefined}
                    aria-current={day === now ? 'date' : undefined}
                  >
                    {small ? (
                      <DayDots day={day} entries={days.get(day) ?? []} chosen={day === chosen} onChoose={choose} />
                    ) : (
                      <DayCell day={day} entries={days.get(day) ?? []} />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {small && chosen && <ChosenDay day={chosen} entries={days.get(chosen) ?? []} />}
      {empty && (
        <Text c="dimmed" ta="center">
          {t('calendar.empty')}
        </Text>
      )}
    </>
  );
}

function ChosenDay({ day, entries }: { day: string; entries: CalendarEntry[] }) {
  const { t } = useTranslation();
  if (entries.length > 0) return <AgendaRows entries={entries} />;
  return (
    <Text c="dimmed" ta="center" size="sm" role="status">
      {t(day === today() ? 'calendar.nothingToday' : 'calendar.nothing')}
    </Text>
  );
}
