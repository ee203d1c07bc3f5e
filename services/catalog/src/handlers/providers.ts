import { fail, type Handlers, type providers, type Resolved, Source } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { findSourced } from '../store/episode.ts';
import { filesOfOnly, hasFiles } from '../store/file.ts';
import type { HandlerDeps } from './deps.ts';

export function providersHandlers(deps: HandlerDeps): Handlers<typeof providers, Ctx> {
  return {
    list: async () => ({ items: await deps.registry.list() }),
    resolve: ({ episode_id }, ctx) => resolve(deps, episode_id, ctx.signal),
  };
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
