import { readFile } from 'node:fs/promises';
import type { EpisodeFacts, FoundSeries, Provider, SeriesFacts } from '../provider.ts';
import type { Shelf, ShelfEpisode, ShelfShow } from '../shelf/index.ts';
import { rankTitle } from '../title.ts';

/** The bundled shelf. `url` is its origin's address as the downloaders see it, without a slash at the end. */
export async function createSample(shelf: Shelf, url: string): Promise<Provider> {
  const { name, license, shows } = shelf.index;
  const posters = new Map<string, string>();
  for (const show of shows) posters.set(show.id, await posterOf(shelf, show));
  const find = (id: string) => shows.find((show) => show.id === id);
  const found = (show: ShelfShow): FoundSeries => ({
    ref: show.id,
    title: show.title,
    synonyms: show.synonyms,
    year: show.year,
    overview: show.overview,
    poster_url: posters.get(show.id) ?? null,
    episode_count: show.episodes.length,
    licence: license,
  });
  return {
    id: 'sample',
    name,
    licence: license,
    async search(query) {
      const fitting = shows.filter((show) => rankTitle(query, [show.title, ...show.synonyms]) !== null);
      return { found: fitting.map(found), problem: null };
    },
    async series(ref): Promise<SeriesFacts | null> {
      const show = find(ref);
      return show ? { ...found(show), status: 'ended', episodes: show.episodes.map(factsOf) } : null;
    },
    async resolve(ref) {
      const episode = find(ref.series)?.episodes.find((one) => refOf(one) === ref.episode);
      if (!episode) return null;
      const { file, size, sha256 } = episode;
      return { engine: 'http', url: `${url}/${file}`, headers: {}, size, sha256, ext: 'mp4' };
    },
  };
}

const refOf = ({ season, episode }: ShelfEpisode) => `${season}x${episode}`;

function factsOf(episode: ShelfEpisode): EpisodeFacts {
  const { season, episode: number, absolute, title, overview, air_date, duration } = episode;
  return {
    ref: refOf(episode),
    season,
    episode: number,
    absolute,
    numbered: true,
    title,
    overview,
    air_date,
    duration,
  };
}

/**
 * The picture itself as an address: the origin is reachable for downloaders but not for every browser, and its port is
 * another one after each start.
 */
async function posterOf(shelf: Shelf, show: ShelfShow): Promise<string> {
  const file = shelf.files.get(show.poster);
  if (!file) throw new Error(`the shelf has no ${show.poster}`);
  return `data:${file.type};base64,${(await readFile(file.path)).toString('base64')}`;
}
