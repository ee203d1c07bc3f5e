import { AppError, fail, type Handlers, type providers, type Resolved, Source, toProblem } from '@aniworld/contracts';
import { type Ctx, gathering } from '@aniworld/chassis';
import type { Database } from '../store/database.ts';
import { filesOfOnly, findSourced, rootsWithFiles } from '../store/source.ts';
import type { HandlerDeps } from './deps.ts';

export function providersHandlers(deps: HandlerDeps): Handlers<typeof providers, Ctx> {
  const lookups = createLookups(deps.db);
  return {
    list: async () => ({ items: await deps.registry.list() }),
    resolve: ({ episode_id }, ctx) => resolve(deps, lookups, episode_id, ctx.signal),
    resolveMany: async ({ episode_ids }, ctx) => ({
      items: await Promise.all(episode_ids.map((id) => outcomeOf(resolve(deps, lookups, id, ctx.signal)))),
    }),
  };
}

/** What is no answer about the episode, such as a database that is away, ends the whole request. */
async function outcomeOf(resolving: Promise<Resolved>) {
  try {
    return { resolved: await resolving };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, detail, retry_after } = toProblem(error);
    return { refusal: { code, detail, ...(retry_after !== undefined && { retry_after }) } };
  }
}

/** Workers ask for many episodes at once: what they ask of the database at the same time is one question. */
const MOST = 64;

type Lookups = ReturnType<typeof createLookups>;

function createLookups(db: Database) {
  return {
    episode: gathering(MOST, async (ids: string[]) => {
      const found = new Map((await findSourced(db, ids)).map((episode) => [episode.id, episode]));
      return ids.map((id) => found.get(id));
    }),
    files: gathering(MOST, async (asked: { id: string; folder: string }[]) => {
      const folders = [...new Set(asked.map(({ folder }) => folder))];
      const ids = asked.map(({ id }) => id);
      const [known, files] = await Promise.all([rootsWithFiles(db, folders), filesOfOnly(db, ids)]);
      return asked.map(({ id, folder }) => ({
        folder_known: known.includes(folder),
        replaces: files
          .filter(({ episode_id, root }) => episode_id === id && root === folder)
          .map(({ path, size, mtime_ms }) => ({ path, size, mtime_ms })),
      }));
    }),
  };
}

async function resolve(
  { registry, configuration }: HandlerDeps,
  lookups: Lookups,
  id: string,
  signal: AbortSignal,
): Promise<Resolved> {
  const episode = await lookups.episode(id);
  if (!episode) throw fail('EPISODE_NOT_FOUND');
  const provider = await registry.get(episode.provider);
  const source = await provider.resolve({ series: episode.series_ref, episode: episode.ref }, signal);
  if (!source) throw fail('NO_SOURCE');
  const { folders } = (await configuration.recent()).config.library;
  // A folder that is no longer one of the library's would take files that no scan finds.
  const folder = folders.includes(episode.folder) ? episode.folder : (folders[0] ?? episode.folder);
  const { series, year, season, episode: number, absolute, title, air_date } = episode;
  const { series_plot, plot, duration, poster_url, still_url, tvdb_id, anilist_id } = episode;
  return {
    source: Source.parse(source),
    names: {
      ...{ series, year, season, episode: number, absolute, title, air_date },
      ...{ provider: episode.provider, tvdb_id, anilist_id },
    },
    folder,
    ...(await lookups.files({ id, folder })),
    about: { series_plot, plot, duration, poster_url, still_url },
  };
}
