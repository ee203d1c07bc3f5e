import { ActionIcon, Button, Group, SegmentedControl, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CalendarSync, ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatDay, today } from '../format/day.ts';
import { PageTitle } from '../pieces/page-title.tsx';
import classes from './calendar-bar.module.css';
import type { CalendarSearch } from './calendar-search.ts';
import { FeedDialog } from './feed-dialog.tsx';
import { monthAfter } from './month.ts';

/** Which month, how it is shown, and the way into other calendar programs. */
export function CalendarBar({ month }: { month: string }) {
  const { t } = useTranslation();
  const [feeding, feed] = useDisclosure();
  return (
    <>
      <Group justify="space-between">
        <PageTitle>{t('calendar.title')}</PageTitle>
        <Button variant="default" leftSection={<CalendarSync size={17} aria-hidden />} onClick={feed.open}>
          {t('calendar.feed')}
        </Button>
      </Group>
      <div className={classes.bar}>
        <Months month={month} />
        <Shown />
      </div>
      <FeedDialog opened={feeding} onClose={feed.close} />
    </>
  );
}

/** Changes what the address says; a day that was open does not stay open in another month. */
function useShow() {
  const navigate = useNavigate({ from: '/calendar' });
  return (change: CalendarSearch) =>
    void navigate({
      search: ({ episode: _, ...known }) => ({ ...known, ...change }),
      replace: true,
      resetScroll: false,
    });
}

function Months({ month }: { month: string }) {
  const { t, i18n } = useTranslation();
  const show = useShow();
  const now = today().slice(0, 7);
  const go = (next: string) => show({ month: next === now ? undefined : next });
  return (
    <Group gap={6} wrap="nowrap">
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t('calendar.previous')}
        onClick={() => go(monthAfter(month, -1))}
      >
        <ChevronLeft size={18} aria-hidden />
      </ActionIcon>
      <Button variant="default" px="sm" disabled={month === now} onClick={() => go(now)}>
        {t('calendar.today')}
      </Button>
      <ActionIcon variant="default" size={36} aria-label={t('calendar.next')} onClick={() => go(monthAfter(month, 1))}>
        <ChevronRight size={18} aria-hidden />
      </ActionIcon>
      <Text component="h2" fw={680} fz="lg" m={0} ml={6} aria-live="polite">
        {formatDay(`${month}-01`, i18n.language, { month: 'long', year: 'numeric' })}
      </Text>
    </Group>
  );
}

function Shown() {
  const { t } = useTranslation();
  const { view, all = false } = useSearch({ from: '/inside/calendar' });
  const show = useShow();
  return (
    <Group gap="md">
      <Switch
        label={t('calendar.monitoredOnly')}
        checked={!all}
        onChange={(event) => show({ all: event.currentTarget.checked ? undefined : true })}
      />
      <SegmentedControl
        aria-label={t('calendar.view')}
        value={view ?? 'month'}
        onChange={(value) => show({ view: value === 'agenda' ? 'agenda' : undefined })}
        data={(['month', 'agenda'] as const).map((value) => ({ value, label: t(`calendar.views.${value}`) }))}
      />
    </Group>
  );
}
