import type { CalendarEntry } from '@aniworld/contracts';
import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { CalendarX, ChevronsUp } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { today } from '../format/day.ts';
import { Blank } from '../pieces/blank.tsx';
import { AgendaRows } from './agenda-rows.tsx';

interface AgendaViewProps {
  month: string;
  days: Map<string, CalendarEntry[]>;
  loading: boolean;
}

/** The month as a list. This month's begins today; what has been is one press away. */
export function AgendaView({ month, days, loading }: AgendaViewProps) {
  const { t } = useTranslation();
  const now = today();
  const [past, setPast] = useState(!now.startsWith(month));
  const entries = useMemo(
    () =>
      [...days]
        .filter(([day]) => day.startsWith(month))
        .sort(([a], [b]) => a.localeCompare(b))
        .flatMap(([, of]) => of),
    [days, month],
  );
  if (entries.length === 0) {
    if (loading) return <Skeleton height={300} radius="lg" aria-busy />;
    return <Blank icon={CalendarX} title={t('calendar.empty')} hint={t('calendar.emptyHint')} />;
  }
  const earlier = entries.filter((entry) => entry.air_date < now).length;
  const shown = past ? entries : entries.slice(earlier);
  return (
    <Stack gap="sm">
      {!past && earlier > 0 && (
        <Button
          variant="subtle"
          w="fit-content"
          leftSection={<ChevronsUp size={16} aria-hidden />}
          onClick={() => setPast(true)}
        >
          {t('calendar.earlier', { count: earlier })}
        </Button>
      )}
      {now.startsWith(month) && !days.has(now) && (
        <Text size="sm" c="dimmed">
          {t('calendar.nothingToday')}
        </Text>
      )}
      {shown.length > 0 && <AgendaRows entries={shown} />}
    </Stack>
  );
}
