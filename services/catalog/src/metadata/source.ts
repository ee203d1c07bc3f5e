import type { SeriesFacts } from '../provider.ts';

/** What is looked for: what the provider told, and what is known from elsewhere. */
export interface Wanted {
  title: string;
  synonyms: readonly string[];
  year: number | null;
  /** Ids by site; one of the source's own says which series it is. */
  links: Readonly<Record<string, string>>;
}

/** What a site knows of a series. */
export interface Metadata {
  /** Ids by site, the source's own among them. */
  links: Record<string, string>;
  synonyms: string[];
  overview: string | null;
  poster_url: string | null;
  status: SeriesFacts['status'];
  episodes: MetadataEpisode[];
}

export interface MetadataEpisode {
  season: number;
  episode: number;
  /** `YYYY-MM-DD` */
  air_date: string | null;
  still_url: string | null;
}

/** A site that knows titles, days of airing and pictures, but has no episodes to fetch. */
export interface MetadataSource {
  id: 'anilist' | 'tvmaze';
  name: string;
  /** The series, or null when the site has none that it must be: a wrong one would be worse. */
  lookup(wanted: Wanted, signal: AbortSignal): Promise<Metadata | null>;
}
