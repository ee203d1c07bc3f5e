import type { EpisodeFacts, FoundSeries, SeriesFacts } from '../provider.ts';
import type { FeedDocument, FeedItem } from './document.ts';

/** A feed as the configuration names it. */
export interface Feed {
  name: string;
  url: string;
}

/** A feed is a series; its address is the reference. */
export function foundFeed(feed: Feed, document: FeedDocument): FoundSeries {
  const title = document.title || feed.name;
  const dates = document.items.flatMap((item) => item.published ?? []);
  return {
    ref: feed.url,
    title,
    synonyms: title === feed.name ? [] : [feed.name],
    year: dates.length > 0 ? new Date(Math.min(...dates)).getUTCFullYear() : null,
    overview: document.description,
    poster_url: document.image,
    episode_count: document.items.length,
    licence: document.licence,
  };
}

/** A feed's items are its episodes. */
export function seriesOfFeed(feed: Feed, document: FeedDocument): SeriesFacts {
  const episodes = numberItems(document.items);
  return {
    ...foundFeed(feed, document),
    episode_count: episodes.length,
    status: document.complete ? 'ended' : 'continuing',
    episodes,
  };
}

/**
 * Gives each item its number: what the feed says where it says one, else the next free one of its season in the order of
 * publication, season 1 by default. Trailers and bonus items are specials.
 */
export function numberItems(items: readonly FeedItem[]): EpisodeFacts[] {
  const taken = new Map<number, Set<number>>();
  const takenIn = (season: number) => {
    const numbers = taken.get(season) ?? new Set<number>();
    taken.set(season, numbers);
    return numbers;
  };
  const ordered = inOrder(items);
  const numbered = new Map<FeedItem, { season: number; episode: number }>();
  for (const item of ordered) {
    if (item.extra || item.episode === null) continue;
    const season = item.season ?? 1;
    if (takenIn(season).has(item.episode)) continue;
    takenIn(season).add(item.episode);
    numbered.set(item, { season, episode: item.episode });
  }
  return ordered.map((item) => {
    const own = numbered.get(item);
    if (own) return factsOf(item, own, true);
    const season = item.extra ? 0 : (item.season ?? 1);
    const episode = Math.max(0, ...takenIn(season)) + 1;
    takenIn(season).add(episode);
    return factsOf(item, { season, episode }, false);
  });
}

/** Oldest first. Feeds stand newest first, which decides between items of the same time or without one. */
function inOrder(items: readonly FeedItem[]): FeedItem[] {
  const unique = new Map(items.toReversed().map((item) => [item.guid, item]));
  return [...unique.values()].sort((a, b) => (a.published ?? 0) - (b.published ?? 0));
}

function factsOf(item: FeedItem, number: { season: number; episode: number }, numbered: boolean): EpisodeFacts {
  return {
    ref: item.guid,
    ...number,
    absolute: null,
    numbered,
    title: item.title,
    overview: item.description,
    air_date: item.published === null ? null : new Date(item.published).toISOString().slice(0, 10),
    duration: item.duration,
    still_url: item.image ?? null,
  };
}
