import { createLog, openDb } from '@aniworld/chassis';
import { testDatabase } from '@aniworld/testing';
import { assign, type Located } from './assign.ts';
import { indexTitles } from './match.ts';
import type { DB } from './schema.gen.ts';
import { renewLinks } from './store/link.ts';
import { seriesNames } from './store/series.ts';

/** For tests: the catalog's database alone, with series in it and files that nobody has to write to a disk. */
export const silent = createLog({ level: 'silent', service: 'catalog', out: null });

type Numbers = [season: number, episode: number, absolute?: number];

/** @param root the library folder that its files are said to lie in */
export async function openLibrary(root = '/lib') {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const migrations = new URL('../migrations/', import.meta.url);
  const db = await openDb<DB>({ url: database.url, service: 'catalog', migrations, log: silent, max: 4 });
  stack.defer(() => db.destroy());
  const owned = stack.move();
  return {
    db,
    /** Gives the ids of the series and of its episodes, these by `1x2`. */
    async addSeries(title: string, numbers: readonly Numbers[], links: Record<string, string> = {}) {
      const { id } = await db
        .insertInto('series')
        .values({
          ...{ title, sort_title: title, search_text: title.toLowerCase(), folder: root },
          ...{ provider: 'test', provider_ref: title, synonyms: [] },
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      const rows = await db
        .insertInto('episode')
        .values(
          numbers.map(([season, episode, absolute = null]) => ({
            ...{ series_id: id, season, episode, absolute, title: `${season}x${episode}` },
            provider_ref: `${season}x${episode}`,
          })),
        )
        .returning(['id', 'provider_ref'])
        .execute();
      await db.transaction().execute((tx) => renewLinks(tx, id, links));
      return { id, episodes: Object.fromEntries(rows.map((row) => [row.provider_ref, row.id])) };
    },
    /** Assigns files as a scan does. */
    async take(files: readonly (string | [path: string, size: number])[]): Promise<number> {
      return assign(
        db,
        files.map((file) => locate(root, file)),
        indexTitles(await seriesNames(db)),
      );
    },
    /** Every file's state and the episodes it holds, those that have chosen it with `*`. */
    async shown(): Promise<Record<string, string>> {
      const files = await db
        .selectFrom('file')
        .leftJoin('file_episode', 'file_id', 'file.id')
        .leftJoin('episode', 'episode.id', 'episode_id')
        .leftJoin('series', 'series.id', 'episode.series_id')
        .select(['path', 'state', 'confidence', 'chosen', 'episode.provider_ref as ref', 'series.title as series'])
        .orderBy('path')
        .orderBy('ref')
        .execute();
      const shown: Record<string, string> = {};
      for (const { path, state, confidence, chosen, ref, series } of files) {
        const held = ref === null ? '' : ` ${series} ${ref}${chosen ? '*' : ''}`;
        shown[path.slice(root.length + 1)] =
          (shown[path.slice(root.length + 1)] ?? `${state}${confidence ? ` ${confidence}` : ''}`) + held;
      }
      return shown;
    },
    async idOf(path: string): Promise<string> {
      const row = await db
        .selectFrom('file')
        .select('id')
        .where('path', '=', `${root}/${path}`)
        .executeTakeFirstOrThrow();
      return row.id;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function locate(root: string, file: string | [path: string, size: number]): Located {
  const [path, size] = typeof file === 'string' ? [file, 100] : file;
  return { root, path: `${root}/${path}`, size, mtime_ms: 1, inode: null };
}
