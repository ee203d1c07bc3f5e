import { type Bus, implement, type Log, serve } from '@aniworld/chassis';
import {
  AppConfig,
  anime,
  config,
  type EpisodeBrief,
  fail,
  providers,
  type Resolved,
  Source,
  type SourceInput,
} from '@aniworld/contracts';
import { randomUUID } from 'node:crypto';

/** An episode of the stand-in catalog: where it comes from is asked for at each resolve. */
export type ResolvedMore = Partial<Omit<Resolved, 'names' | 'source'>> & { names?: Partial<Resolved['names']> };

export type CatalogEpisode = EpisodeBrief & { more: ResolvedMore } & {
  source: () => Partial<SourceInput> & { url: string };
};

/** Settings besides those of the queue that a test may change. */
export type MoreSettings = { [Group in 'download' | 'network']?: Partial<AppConfig[Group]> };

export type CatalogDouble = AsyncDisposable & {
  readonly seriesId: string;
  /** Adds an episode and gives its id, which is a new one unless it is given. `more` overrides what it resolves to. */
  add(source: CatalogEpisode['source'], title?: string, episodeId?: string, more?: ResolvedMore): string;
  /** How often each episode's source was asked for. */
  readonly resolves: Map<string, number>;
  /** Lets it refuse to say what episodes are, as a catalog that is not there does. */
  away(away: boolean): void;
  /** Changes settings, as a person would. */
  configure(queue: Partial<AppConfig['queue']>, more?: MoreSettings): void;
};

/**
 * What the downloader asks of the catalog, answered over the real broker for one series without a database: for tests of
 * the queue that need thousands of episodes or a source that changes.
 */
export async function serveCatalog(
  bus: Bus,
  log: Log,
  folder: string,
  settings: { queue?: Partial<AppConfig['queue']> } = {},
): Promise<CatalogDouble> {
  const seriesId = randomUUID();
  const episodes = new Map<string, CatalogEpisode>();
  const resolves = new Map<string, number>();
  // Its files are seeded bytes, which no player takes.
  const download = { verify_media: false };
  let current = { version: 1, config: AppConfig.parse({ library: { folders: [folder] }, download, ...settings }) };
  let isAway = false;
  const known = (id: string) => {
    const episode = episodes.get(id);
    if (!episode) throw fail('EPISODE_NOT_FOUND');
    return episode;
  };
  const resolve = (id: string) => {
    resolves.set(id, (resolves.get(id) ?? 0) + 1);
    return resolved(known(id), folder);
  };
  const served = await serve(
    bus,
    { service: 'catalog', version: '0.0.0', log, checks: {} },
    implement({ effective: config.effective }, { effective: () => current }),
    implement(
      { brief: anime.brief },
      {
        brief({ episode_ids }) {
          if (isAway) throw fail('UNAVAILABLE');
          return { items: episode_ids.map(known) };
        },
      },
    ),
    implement(
      { resolve: providers.resolve, resolveMany: providers.resolveMany },
      {
        resolve: ({ episode_id }) => resolve(episode_id),
        resolveMany: ({ episode_ids }) => ({
          items: episode_ids.map((id) => {
            if (!episodes.has(id)) return { refusal: { code: 'EPISODE_NOT_FOUND', detail: 'unknown' } };
            return { resolved: resolve(id) };
          }),
        }),
      },
    ),
  );
  return {
    seriesId,
    resolves,
    add(source, title, id = randomUUID(), more = {}) {
      const number = episodes.size + 1;
      const name = title ?? `Episode ${number}`;
      const brief = {
        episode_id: id,
        series_id: seriesId,
        series_title: 'Test Series',
        season: 1,
        episode: number,
        title: name,
      };
      episodes.set(id, { ...brief, source, more });
      return id;
    },
    away: (away) => (isAway = away),
    configure(queue, { download, network } = {}) {
      const { config: old } = current;
      const next = {
        ...old,
        queue: { ...old.queue, ...queue },
        download: { ...old.download, ...download },
        network: { ...old.network, ...network },
      };
      current = { version: current.version + 1, config: next };
      bus.connection.publish(bus.subject(config.changed), JSON.stringify({ version: current.version }));
    },
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}

function resolved(episode: CatalogEpisode, folder: string): Resolved {
  const source = Source.parse({ engine: 'http', ...episode.source() });
  const { season, title } = episode;
  const names = { series: episode.series_title, year: 2026, season, episode: episode.episode, absolute: null, title };
  return { source, folder, ...episode.more, names: { ...names, ...episode.more.names } };
}
