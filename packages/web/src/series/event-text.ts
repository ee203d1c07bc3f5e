import { Monitor, Priority, type SeriesEvent, SeriesEventKind, SeriesStatus } from '@aniworld/contracts';
import { t } from 'i18next';
import type { TimelineLine } from '../pieces/timeline.tsx';

/** What happened to a series or an episode in the library, in words. What a newer server calls by a name unknown here is shown by it. */
export function eventText({
  what,
  detail,
}: {
  what: string;
  detail: string | null;
}): Pick<TimelineLine, 'title' | 'detail'> {
  const kind = SeriesEventKind.safeParse(what).data;
  if (!kind) return { title: what.replaceAll('_', ' '), detail };
  if (kind === 'monitoring')
    return { title: t(detail === 'off' ? 'happened.ignored' : 'happened.monitored'), detail: null };
  if (kind === 'queued') return { title: t('happened.queued'), detail: null };
  const title = t(`happened.${kind}`);
  return { title, detail: (kind === 'edited' || kind === 'refreshed') && detail ? changesText(detail) : detail };
}

/** The episodes that an event tells of: a few by their numbers, more by how many they are. */
export function episodesOf({ episode_ids, count }: SeriesEvent, codes: ReadonlyMap<string, string>): string | null {
  if (count === 0) return null;
  const named = episode_ids.flatMap((id) => codes.get(id) ?? []);
  return count <= 3 && named.length === count ? named.join(', ') : t('search.episodes', { count });
}

/** The server writes `monitor all, auto_download on`. */
function changesText(detail: string): string {
  return detail.split(', ').map(changeText).join(' · ');
}

const FIELDS = [
  'title',
  'status',
  'synonyms',
  'air_date',
  'monitor',
  'auto_download',
  'priority',
  'folder',
  'tags',
] as const;

function changeText(change: string): string {
  const [, name = '', value = ''] = /^(\w+) ?(.*)$/s.exec(change) ?? [];
  const field = FIELDS.find((one) => one === name);
  if (!field) return change;
  return [t(`happened.fields.${field}`), value && valueText(field, value)].filter(Boolean).join(': ');
}

function valueText(field: (typeof FIELDS)[number], value: string): string {
  if (field === 'monitor') return Monitor.safeParse(value).success ? t(`happened.monitor.${value as Monitor}`) : value;
  if (field === 'auto_download') return t(value === 'on' ? 'happened.on' : 'happened.off');
  const priority = field === 'priority' && Priority.safeParse(value).data;
  if (priority) return t(`priority.${priority}`);
  const status = field === 'status' && SeriesStatus.safeParse(value).data;
  return status ? t(`series.status.${status}`) : value;
}
