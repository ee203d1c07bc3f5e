import type { SeriesFacts } from '../provider.ts';
import type { Metadata } from './source.ts';

/** Fills in what a provider left open. What it said itself stands, whatever a site says. */
export function enrich(facts: SeriesFacts, { links, synonyms, ...found }: Metadata): SeriesFacts {
  const titles = new Set([facts.title, ...facts.synonyms]);
  const byNumber = new Map(found.episodes.map((episode) => [`${episode.season}x${episode.episode}`, episode]));
  return {
    ...facts,
    synonyms: [...facts.synonyms, ...synonyms.filter((title) => !titles.has(title))],
    overview: facts.overview ?? found.overview,
    poster_url: facts.poster_url ?? found.poster_url,
    status: facts.status === 'unknown' ? found.status : facts.status,
    links: { ...links, ...facts.links },
    episodes: facts.episodes.map((episode) => {
      // A number that was counted here is no number of the series.
      const known = episode.numbered ? byNumber.get(`${episode.season}x${episode.episode}`) : undefined;
      return {
        ...episode,
        air_date: episode.air_date ?? known?.air_date ?? null,
        still_url: episode.still_url ?? known?.still_url ?? null,
      };
    }),
  };
}
