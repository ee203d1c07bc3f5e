import { type calendar, calendarDays, fail, type Handlers } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { icsOf, MOST_FEED_ENTRIES } from '../calendar.ts';
import { hashOf, newToken } from '../calendar-feed.ts';
import { decodeCursor } from '../cursor.ts';
import { pageOf } from '../page.ts';
import { deleteFeedToken, feedTokenHash, storeFeedToken } from '../store/calendar.ts';
import { airing } from '../store/wanted.ts';
import type { HandlerDeps } from './deps.ts';

export function calendarHandlers({ db }: HandlerDeps): Handlers<typeof calendar, Ctx> {
  return {
    async calendar({ from = day(-calendarDays.before), to = day(calendarDays.after), unmonitored, cursor, limit }) {
      const found = await airing(db, { from, to, unmonitored, limit: limit + 1 }, decodeCursor(cursor));
      return pageOf(
        found,
        limit,
        (last) => ({ key: last.air_date, id: last.episode_id }),
        (entry) => entry,
      );
    },
    async calendarFeed({ token, unmonitored }, { caller }) {
      if (!caller && !(await isOpen(db, token))) {
        throw fail('UNAUTHENTICATED', {
          detail: 'This address of the calendar is not good (any more). Make a new one and enter it in the calendar.',
        });
      }
      const span = { from: day(-calendarDays.before), to: day(calendarDays.after) };
      return { text: icsOf(await airing(db, { ...span, unmonitored, limit: MOST_FEED_ENTRIES }, null)) };
    },
    async openCalendarFeed() {
      const token = newToken();
      await storeFeedToken(db, hashOf(token));
      return { token, path: `/anime/calendar.ics?token=${token}` };
    },
    async closeCalendarFeed() {
      await deleteFeedToken(db);
      return {};
    },
  };
}

async function isOpen(db: HandlerDeps['db'], token: string | undefined): Promise<boolean> {
  return token !== undefined && (await feedTokenHash(db)) === hashOf(token);
}

/** The day (UTC) so many days from now. */
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
