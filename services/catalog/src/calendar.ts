import type { CalendarEntry } from '@aniworld/contracts';
import ical from 'ical-generator';

/** About 300 bytes each, so that an answer stays below the broker's limit of 1 MiB. */
export const MOST_FEED_ENTRIES = 2_000;
/** How often a program should ask again, in seconds. */
const AGAIN_AFTER = 3_600;

type Entry = Pick<
  CalendarEntry,
  'episode_id' | 'series_title' | 'season' | 'episode' | 'title' | 'air_date' | 'has_file'
>;

/**
 * The calendar as RFC 5545 wants it: one all-day event for each episode. An episode keeps its UID (3.8.4.7) when it moves to
 * another day; without a time of its own the day of airing stands for DTSTAMP, so that the same calendar is the same text.
 */
export function icsOf(entries: readonly Entry[]): string {
  const calendar = ical({
    name: 'AniWorld',
    prodId: { company: 'AniWorld', product: 'Calendar', language: 'EN' },
    ttl: AGAIN_AFTER,
  });
  for (const entry of entries) {
    calendar.createEvent({
      id: `${entry.episode_id}@aniworld`,
      start: entry.air_date,
      end: dayAfter(entry.air_date),
      allDay: true,
      stamp: new Date(`${entry.air_date}T00:00:00Z`),
      summary: `${entry.series_title} – ${numberOf(entry)} – ${entry.title}`,
      description: entry.has_file ? 'In the library' : null,
    });
  }
  return calendar.toString();
}

const numberOf = ({ season, episode }: Entry) =>
  `S${String(season).padStart(2, '0')}E${String(episode).padStart(2, '0')}`;

/** DTEND is exclusive. */
const dayAfter = (day: string) => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
