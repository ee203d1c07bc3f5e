import type { Handlers, matching } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { explainName } from '@aniworld/filename';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { unmatchedFiles } from '../store/file.ts';
import type { HandlerDeps } from './deps.ts';

export function matchingHandlers({ db }: HandlerDeps): Handlers<typeof matching, Ctx> {
  return {
    async unmatched({ cursor, limit }) {
      const found = await unmatchedFiles(db, decodeCursor(cursor)?.key ?? null, limit + 1);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const more = found.length > limit && last !== undefined;
      return { items, next_cursor: more ? encodeCursor({ key: last.path, id: last.id }) : null };
    },
    parse: ({ names }) => ({ items: names.map(explainName) }),
  };
}
