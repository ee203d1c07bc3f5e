import { Stack, Text } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { today } from '../format/day.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { EpisodeDrawer } from '../series/episode-drawer.tsx';
import { useOpenEpisode } from '../series/open-episode.ts';
import { AgendaView } from './agenda-view.tsx';
import { CalendarBar } from './calendar-bar.tsx';
import { daysOf, firstDayOf } from './month.ts';
import { MonthView } from './month-view.tsx';
import { useCalendar } from './use-calendar.ts';

/** What airs when, and whether it is there: as a month or as a list. */
export function CalendarPage() {
  const { t, i18n } = useTranslation();
  const { month = today().slice(0, 7), view, all = false, episode } = useSearch({ from: '/inside/calendar' });
  const open = useOpenEpisode('/calendar');
  const weeks = daysOf(month, firstDayOf(i18n.language));
  const { list, days, cut, loading } = useCalendar({
    from: weeks[0]![0]!,
    to: weeks.at(-1)!.at(-1)!,
    unmonitored: all,
  });
  return (
    <Stack gap="md">
      <CalendarBar month={month} />
      {list.isError && !list.data && <LoadError error={list.error} onRetry={list.refetch} />}
      {(list.data || list.isPending) &&
        (view === 'agenda' ? (
          <AgendaView key={month} month={month} days={days} loading={loading} />
        ) : (
          <MonthView key={month} month={month} weeks={weeks} days={days} loading={loading} />
        ))}
      {cut && (
        <Text size="sm" c="dimmed">
          {t('calendar.cut')}
        </Text>
      )}
      <EpisodeDrawer id={episode} onClose={() => open(null)} />
    </Stack>
  );
}
