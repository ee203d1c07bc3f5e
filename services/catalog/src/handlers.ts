import {
  type anime,
  type config,
  fail,
  type Handlers,
  type providers,
  queue,
  type Resolved,
  type Scan,
  type search,
  Source,
} from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { explainName } from '@aniworld/filename';
import { previewNaming } from '@aniworld/naming';
import type { Configuration } from './configuration.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Library } from './library.ts';
import type { Registry } from './registry.ts';
import type { Scanner } from './scan.ts';
import { searchAll } from './search.ts';
import type { Database } from './store/database.ts';
import { briefs, findSourced, listEpisodes, missingEpisodes } from './store/episode.ts';
import { filesOfOnly, hasFiles, unmatchedFiles } from './store/file.ts';
import { newestScan } from './store/scan.ts';
import { findSeries, listSeries } from './store/series.ts';
import { fold } from './title.ts';

export interface HandlerDeps {
  db: Database;
  configuration: Configuration;
  registry: Registry;
  library: Library;
  scanner: Scanner;
}

export function configHandlers({ configuration }: HandlerDeps): Handlers<typeof config, Ctx> {
  return {
    get: () => configuration.current(),
    update: (change, ctx) => configuration.update(change, ctx.caller?.session_id ?? null),
    setup: (first, ctx) => configuration.setUp(first, ctx),
    previewNaming: ({ template }) => previewNaming(template),
  };
}

export function animeHandlers(deps: HandlerDeps): Handlers<typeof anime, Ctx> {
  const { db, library, scanner } = deps;
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
    rescan: () => scanner.begin(),
    scan: async () => (await newestScan(db)) ?? noScan,
    async unmatched({ cursor, limit }) {
      const found = await unmatchedFiles(db, decodeCursor(cursor)?.key ?? null, limit + 1);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const more = found.length > limit && last !== undefined;
      return { items, next_cursor: more ? encodeCursor({ key: last.path, id: last.id }) : null };
    },
    parse: ({ names }) => ({ items: names.map(explainName) }),
    async brief({ series_id, episode_ids }) {
      await existing(db, series_id);
      return { items: await briefs(db, series_id, episode_ids) };
    },
  };
}

export function searchHandlers({ db, registry, library }: HandlerDeps): Handlers<typeof search, Ctx> {
  return {
    query: ({ q }, ctx) => searchAll(db, registry, q, ctx.signal),
    add: (wanted, ctx) => library.add(wanted, ctx.signal),
  };
}

export function providersHandlers(deps: HandlerDeps): Handlers<typeof providers, Ctx> {
  return {
    list: async () => ({ items: await deps.registry.list() }),
    resolve: ({ episode_id }, ctx) => resolve(deps, episode_id, ctx.signal),
  };
}

const noScan: Scan = {
  id: null,
  state: 'idle',
  started_at: null,
  finished_at: null,
  folders: 0,
  files: 0,
  matched: 0,
  unmatched: 0,
  removed: 0,
  problems: [],
};

async function existing(db: Database, id: string) {
  const series = await findSeries(db, id);
  if (!series) throw fail('SERIES_NOT_FOUND');
  return series;
}

async function resolve(
  { db, registry, configuration }: HandlerDeps,
  id: string,
  signal: AbortSignal,
): Promise<Resolved> {
  const episode = await findSourced(db, id);
  if (!episode) throw fail('EPISODE_NOT_FOUND');
  const provider = await registry.get(episode.provider);
  const source = await provider.resolve({ series: episode.series_ref, episode: episode.ref }, signal);
  if (!source) throw fail('NO_SOURCE');
  const { folders } = (await configuration.current()).config.library;
  // A folder that is no longer one of the library's would take files that no scan finds.
  const folder = folders.includes(episode.folder) ? episode.folder : (folders[0] ?? episode.folder);
  const { series, year, season, episode: number, absolute, title, air_date } = episode;
  const { series_plot, plot, duration, poster_url } = episode;
  const [folder_known, replaces] = await Promise.all([hasFiles(db, folder), filesOfOnly(db, folder, id)]);
  return {
    source: Source.parse(source),
    names: { series, year, season, episode: number, absolute, title, air_date, provider: episode.provider },
    folder,
    folder_known,
    replaces,
    about: { series_plot, plot, duration, poster_url },
  };
}
