import type { SeriesStatus, SourceInput } from '@aniworld/contracts';
import type { z } from 'zod';

/**
 * A place where series are found and episodes come from. To add one: a file in `providers/` that makes one of these,
 * and a line in `registry.ts`. The registry puts a guard before each (`guard.ts`): a timeout, a politeness limit and a
 * circuit breaker, so a provider only has to hand on the signal and to throw when something is wrong.
 */
export interface Provider extends Partial<AsyncDisposable> {
  id: string;
  name: string;
  /** What its content may be used for, where one sentence holds for all of it. */
  licence: string | null;
  /** Series whose title, synonym or address fits. One source of several that fails goes into `problem`. */
  search(query: string, signal: AbortSignal): Promise<SearchAnswer>;
  /** Everything about one series, or null when the reference stands for nothing (any more). */
  series(ref: string, signal: AbortSignal): Promise<SeriesFacts | null>;
  /** Where the bytes are now, or null when the provider no longer has the episode. */
  resolve(episode: EpisodeRef, signal: AbortSignal): Promise<SourceInput | null>;
  /** Which server answers for a reference. Servers fail apart, so each has its own breaker; one for all by default. */
  hostOf?(seriesRef: string): string;
}

export interface EpisodeRef {
  series: string;
  episode: string;
}

export interface SearchAnswer {
  found: FoundSeries[];
  /** A sentence for the user when the answer is incomplete. */
  problem: string | null;
}

/** What a search shows of a series. */
export interface FoundSeries {
  /** Stable: the same series has the same reference for as long as the provider has it. */
  ref: string;
  title: string;
  synonyms: string[];
  year: number | null;
  overview: string | null;
  poster_url: string | null;
  episode_count: number | null;
  licence: string | null;
}

export interface SeriesFacts extends FoundSeries {
  status: z.output<typeof SeriesStatus>;
  /** Ids at other sites, by the site: `{ tvdb: '12345', anidb: '678' }`. */
  links?: Record<string, string>;
  episodes: EpisodeFacts[];
}

export interface EpisodeFacts {
  /** Stable within the series. */
  ref: string;
  season: number;
  episode: number;
  absolute: number | null;
  /** Whether the source itself says the number. One that was counted here stays as it was when others go or come. */
  numbered: boolean;
  title: string;
  overview: string | null;
  /** `YYYY-MM-DD` */
  air_date: string | null;
  /** Seconds. */
  duration: number | null;
  /** A picture of the episode. */
  still_url?: string | null;
}
