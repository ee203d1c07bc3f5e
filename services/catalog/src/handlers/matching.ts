import { fail, type Handlers, type matching } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { explainName } from '@aniworld/filename';
import { correct, removeRule } from '../correction.ts';
import { decodeCursor } from '../cursor.ts';
import { pageOf } from '../page.ts';
import { listRenumbered } from '../store/numbering.ts';
import { listRules } from '../store/rule.ts';
import { findSeries } from '../store/series.ts';
import { listUnmatched } from '../unmatched.ts';
import type { HandlerDeps } from './deps.ts';

/** Of the files that a choice is about; an answer over the broker has a megabyte at most. */
const MOST_SHOWN = 200;
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const itself = <Row>(row: Row) => row;

export function matchingHandlers({ db, library }: HandlerDeps): Handlers<typeof matching, Ctx> {
  return {
    async unmatched({ cursor, limit, kind }) {
      const after = decodeCursor(cursor)?.key ?? null;
      const found = await listUnmatched(db, { kind, after, limit: limit + 1 });
      return pageOf(found, limit, ({ path, id }) => ({ key: path, id }), itself);
    },
    async match(request) {
      const { files, rule } = await correct(db, request);
      // A rule may be about files that were not named.
      if (!request.dry_run) library.lookAgain();
      const items = files.slice(0, MOST_SHOWN).map(({ id, facts, episode_ids, changed }) => {
        const { path, state, series_id, confidence, reason } = facts;
        return { file_id: id, path, state, series_id, episode_ids: [...episode_ids], confidence, reason, changed };
      });
      return { items, total: files.length, changed: files.filter((one) => one.changed).length, rule };
    },
    async matchRules({ cursor, limit, series_id }) {
      const found = await listRules(db, { series_id, after: decodeCursor(cursor, MOMENT), limit: limit + 1 });
      return pageOf(found, limit, ({ created_at, id }) => ({ key: created_at, id }), itself);
    },
    async removeMatchRule({ id }) {
      await removeRule(db, id);
      library.lookAgain();
      return {};
    },
    async numbering({ id, cursor, limit }) {
      if (!(await findSeries(db, id))) throw fail('SERIES_NOT_FOUND');
      const before = Number(decodeCursor(cursor, /^\d{1,15}$/)?.key ?? Number.NaN);
      const found = await listRenumbered(db, id, Number.isSafeInteger(before) ? before : null, limit + 1);
      return pageOf(found, limit, (change) => ({ key: String(change.id), id: change.episode_id }), itself);
    },
    parse: ({ names }) => ({ items: names.map(explainName) }),
  };
}
