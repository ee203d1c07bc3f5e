import type { EpisodeFacts, FoundSeries, Provider, SeriesFacts } from '../provider.ts';
import type { Shelf, ShelfEpisode, ShelfShow } from '../shelf/index.ts';
import { rankTitle } from '../title.ts';

/** The bundled shelf. `url` is its origin's address as the downloaders see it, without a slash at the end. */
export function createSample(shelf: Shelf, url: string): Provider {
  const { name, license, shows } = shelf.index;
  const find = (id: string) => shows.find((show) => show.id === id);
  const found = (show: ShelfShow): FoundSeries => ({
    ref: show.id,
    title: show.title,
    synonyms: show.synonyms,
    year: show.year,
    overview: show.overview,
    // The gateway passes it on to the origin, whose own address is another one after each start.
    poster_url: `/shelf/${show.poster}`,
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
      return { engine: 'http', url: `${url}/${file}`, size, sha256, ext: 'mp4' };
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
