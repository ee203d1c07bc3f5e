import { fail, type Handlers, queue, type series } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { amendMany, amendSeries, monitorEpisodes } from '../amendment.ts';
import { decodeCursor } from '../cursor.ts';
import { pageOf } from '../page.ts';
import { removeSeries } from '../removal.ts';
import type { Database } from '../store/database.ts';
import { briefs, missingEpisodes } from '../store/episode.ts';
import { EPISODE_KEY, listEpisodes, placeOfEpisode } from '../store/episode-list.ts';
import { findDetails, findSeries } from '../store/series.ts';
import { countSeries, listSeries, SERIES_KEYS } from '../store/series-list.ts';
import type { HandlerDeps } from './deps.ts';

export function seriesHandlers(deps: HandlerDeps): Handlers<typeof series, Ctx> {
  const { db, library } = deps;
  return {
    async list({ cursor, limit, sort, ...filter }) {
      const after = decodeCursor(cursor, SERIES_KEYS[sort]);
      const [rows, total] = await Promise.all([
        listSeries(db, filter, { sort, limit, after }),
        after === null ? countSeries(db, filter) : null,
      ]);
      const listed = pageOf(
        rows,
        limit,
        ({ sort_key, id }) => ({ key: sort_key, id }),
        ({ sort_key: _, ...item }) => item,
      );
      return { ...listed, total };
    },
    async get({ id }) {
      const details = await findDetails(db, id);
      if (!details) throw fail('SERIES_NOT_FOUND');
      return details;
    },
    update: ({ id, ...change }) => amendSeries(deps, id, change),
    updateMany: async (change, ctx) => ({ count: await amendMany(deps, change, ctx.signal) }),
    async episodes({ id, cursor, limit, ...filter }) {
      await existing(db, id);
      const rows = await listEpisodes(db, id, filter, { limit, after: decodeCursor(cursor, EPISODE_KEY) });
      return pageOf(rows, limit, placeOfEpisode, (episode) => episode);
    },
    monitor: async ({ id, monitored, all: _, ...choice }) => ({
      count: await monitorEpisodes(deps, id, choice, monitored),
    }),
    async download({ id, season, priority }, ctx) {
      const found = await existing(db, id);
      const episode_ids = await missingEpisodes(db, id, season);
      if (episode_ids.length === 0) return { batch: null, items: [], added: 0 };
      return ctx.call(queue.add, { series_id: id, episode_ids, priority: priority ?? found.priority });
    },
    refresh: ({ id }, ctx) => library.refresh(id, ctx.signal),
    async remove({ id, files }, ctx) {
      await removeSeries(deps, id, { files }, ctx.signal);
      return {};
    },
    async brief({ series_id, episode_ids }) {
      await existing(db, series_id);
      return { items: await briefs(db, series_id, episode_ids) };
    },
  };
}

async function existing(db: Database, id: string) {
  const series = await findSeries(db, id);
  if (!series) throw fail('SERIES_NOT_FOUND');
  return series;
}
