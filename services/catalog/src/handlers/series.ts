import { fail, type Handlers, queue, type series } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Database } from '../store/database.ts';
import { briefs, listEpisodes, missingEpisodes } from '../store/episode.ts';
import { findSeries, listSeries } from '../store/series.ts';
import { fold } from '../title.ts';
import type { HandlerDeps } from './deps.ts';

export function seriesHandlers({ db, library }: HandlerDeps): Handlers<typeof series, Ctx> {
  return {
    async list({ cursor, limit, missing, q, status, sort }) {
      const text = q === undefined || q.trim() === '' ? undefined : fold(q.trim());
      const found = await listSeries(db, { sort, limit, after: decodeCursor(cursor), missing, status, text });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const more = found.length > limit && last !== undefined;
      const key = sort === 'title' ? last?.sort_title : last?.added_at;
      return { items, next_cursor: more ? encodeCursor({ key: key ?? '', id: last.id }) : null };
    },
    get: ({ id }) => existing(db, id),
    async episodes({ id, missing }) {
      await existing(db, id);
      return { items: await listEpisodes(db, id, { missing }) };
    },
    async download({ id, season, priority }, ctx) {
      await existing(db, id);
      const episode_ids = await missingEpisodes(db, id, season);
      if (episode_ids.length === 0) return { batch: null, items: [], added: 0 };
      return ctx.call(queue.add, { series_id: id, episode_ids, priority });
    },
    refresh: ({ id }, ctx) => library.refresh(id, ctx.signal),
    async remove({ id }) {
      await library.remove(id);
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
