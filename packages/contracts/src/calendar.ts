import { z } from 'zod';
import { rpc } from './define.ts';
import { Empty, PageQuery, page } from './shared.ts';
import { ListedEpisode } from './wanted.ts';

export const CalendarEntry = ListedEpisode.extend({
  air_date: z.iso.date(),
  has_file: z.boolean(),
}).meta({ id: 'CalendarEntry' });
export type CalendarEntry = z.output<typeof CalendarEntry>;

/** Days before and after today that a calendar shows when nobody says which. */
export const calendarDays = { before: 7, after: 31 } as const;

const Unmonitored = z.boolean().default(false).meta({ description: 'true: also episodes that are not monitored' });

/** When episodes air; a part of the group `anime`. */
export const calendar = {
  calendar: rpc('anime.calendar', {
    summary: 'Episodes by the day on which they air',
    http: { method: 'get', path: '/anime/calendar', access: 'read' },
    request: PageQuery.extend({
      from: z.iso.date().optional().meta({ description: 'First day; a week ago when it is left out' }),
      to: z.iso.date().optional().meta({ description: 'Last day; in 31 days when it is left out' }),
      unmonitored: Unmonitored,
    }),
    reply: page(CalendarEntry),
  }),
  calendarFeed: rpc('anime.calendar_feed', {
    summary: 'The calendar as iCalendar (RFC 5545), for calendar programs',
    http: { method: 'get', path: '/anime/calendar.ics', access: 'public', type: 'text/calendar' },
    request: z.object({
      token: z
        .string()
        .max(200)
        .optional()
        .meta({ description: 'As POST /anime/calendar/feed gives it; not needed with a session' }),
      unmonitored: Unmonitored,
    }),
    reply: z.object({ text: z.string() }),
    errors: ['UNAUTHENTICATED'],
  }),
  openCalendarFeed: rpc('anime.open_calendar_feed', {
    summary: 'A new address for calendar programs, which send no session; the one before is refused from then on',
    http: { method: 'post', path: '/anime/calendar/feed', status: 201, access: 'write' },
    request: Empty,
    reply: z.object({
      token: z.string().meta({ description: 'Opens the calendar and nothing else. It is told once' }),
      path: z.string().meta({ description: 'Below the API: /anime/calendar.ics?token=…' }),
    }),
  }),
  closeCalendarFeed: rpc('anime.close_calendar_feed', {
    summary: 'Refuse the address that calendar programs use',
    http: { method: 'delete', path: '/anime/calendar/feed', status: 204, access: 'write' },
    request: Empty,
    reply: Empty,
  }),
};
