import type { Handlers, rename } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { pageOf } from '../page.ts';
import { listBatches } from '../store/rename.ts';
import type { HandlerDeps } from './deps.ts';

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

export function renameHandlers({ db, renamer }: HandlerDeps): Handlers<typeof rename, Ctx> {
  return {
    async previewRename({ cursor, limit, series_ids }) {
      const after = decodeCursor(cursor);
      const { items, next } = await renamer.preview({ seriesIds: series_ids ?? null, after, limit });
      return { items, next_cursor: next && encodeCursor(next) };
    },
    rename: ({ series_ids }) => renamer.begin(series_ids ?? null),
    async renames({ cursor, limit }) {
      const found = await listBatches(db, { after: decodeCursor(cursor, MOMENT), limit: limit + 1 });
      return pageOf(
        found,
        limit,
        ({ created_at, id }) => ({ key: created_at, id }),
        (batch) => batch,
      );
    },
    renaming: ({ id }) => renamer.get(id),
    undoRename: ({ id }) => renamer.undo(id),
  };
}
