import {
  AppError,
  type EpisodeTimelineEntry,
  fail,
  type Handlers,
  queue,
  type Request,
  type wanted,
} from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { z } from 'zod';
import { decodeCursor } from '../cursor.ts';
import { pageOf } from '../page.ts';
import { sentenceOf } from '../standing.ts';
import { eventsOfEpisode, eventsOfSeries } from '../store/event.ts';
import { findSeries } from '../store/series.ts';
import { standingOfEpisode, wantedByDay, wantedBySeries } from '../store/wanted.ts';
import type { HandlerDeps } from './deps.ts';

export function wantedHandlers({ db }: HandlerDeps): Handlers<typeof wanted, Ctx> {
  return {
    wanted: (input) => listWanted(db, input),
    async timeline({ id, what, cursor, limit }) {
      if (!(await findSeries(db, id))) throw fail('SERIES_NOT_FOUND');
      const found = await eventsOfSeries(db, id, { what, limit: limit + 1 }, decodeCursor(cursor));
      return pageOf(
        found,
        limit,
        (last) => ({ key: last.at, id: last.id }),
        (event) => event,
      );
    },
    async episodeTimeline({ id }, ctx) {
      const episode = await standingOfEpisode(db, id);
      if (!episode) throw fail('EPISODE_NOT_FOUND');
      const [library, queued] = await Promise.all([eventsOfEpisode(db, episode.series_id, id), toldByQueue(id, ctx)]);
      const items = [
        ...library.map((entry): EpisodeTimelineEntry => ({ ...entry, from: 'library' })),
        ...(queued ?? []),
      ].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
      return { episode, sentence: sentenceOf(episode), queue_known: queued !== null, items: items.slice(-1_000) };
    },
  };
}

async function listWanted(db: HandlerDeps['db'], input: Request<typeof wanted.wanted>) {
  const { cursor, limit, sort, ...filter } = input;
  if (filter.series_id && !(await findSeries(db, filter.series_id))) throw fail('SERIES_NOT_FOUND');
  const list = sort === 'series' ? wantedBySeries : wantedByDay;
  const found = await list(db, { ...filter, limit: limit + 1 }, placeOf(sort, cursor));
  return pageOf(
    found,
    limit,
    (last) => ({ key: `${sort} ${last.key}`, id: last.episode_id }),
    ({ key: _, ...episode }) => episode,
  );
}

/** What a cursor's key is made of. */
const keys = {
  air_date: z.iso.date(),
  series: z.tuple([z.string(), z.uuid(), z.boolean(), z.int32(), z.int32()]),
};

/** A cursor says by what its list was sorted: in another order it would point anywhere. */
function placeOf(sort: keyof typeof keys, cursor: string | undefined) {
  const place = decodeCursor(cursor);
  if (place === null) return null;
  const key = place.key.slice(sort.length + 1);
  if (place.key.startsWith(`${sort} `) && keys[sort].safeParse(sort === 'series' ? parsed(key) : key).success) {
    return { ...place, key };
  }
  throw fail('INVALID_REQUEST', { errors: [{ path: 'cursor', message: 'Not a next_cursor of this list' }] });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null when the queue can't be asked just now: what the library knows is worth showing without it. */
async function toldByQueue(episode_id: string, ctx: Ctx): Promise<EpisodeTimelineEntry[] | null> {
  try {
    const { items } = await ctx.call(queue.timeline, { episode_id });
    return items.map(({ at, what, detail }) => ({ at, from: 'queue', what, detail }));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ctx.log.debug({ err: error }, 'the queue did not tell of an episode');
    return null;
  }
}
