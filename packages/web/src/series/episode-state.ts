import type { Episode, QueueItem, SeasonSummary } from '@aniworld/contracts';

/** What a person wants to know of an episode first. */
export type EpisodeState = 'onDisk' | 'missing' | 'upcoming' | 'unmonitored' | 'pending' | 'downloading' | 'failed';

/** An episode's state from its file and from its newest item in the queue. A file counts most: it is there whatever failed before. */
export function episodeState(episode: Episode, item: QueueItem | undefined): EpisodeState {
  if (item?.state === 'downloading' || item?.state === 'pending') return item.state;
  if (episode.file) return 'onDisk';
  if (item?.state === 'failed') return 'failed';
  if (!episode.monitored) return 'unmonitored';
  return episode.missing ? 'missing' : 'upcoming';
}

/** The item that says most about each episode: one that is open, otherwise the one added last. */
export function itemsByEpisode(items: QueueItem[]): Map<string, QueueItem> {
  const best = new Map<string, QueueItem>();
  for (const item of items) {
    const known = best.get(item.episode_id);
    if (!known || rank(item) > rank(known) || (rank(item) === rank(known) && item.added_at > known.added_at)) {
      best.set(item.episode_id, item);
    }
  }
  return best;
}

function rank(item: QueueItem): number {
  return item.state === 'downloading' ? 2 : item.state === 'pending' ? 1 : 0;
}

/** Whether queueing the episode makes sense: it has no file and isn't waiting or running already. */
export function canQueue(state: EpisodeState): boolean {
  return state === 'missing' || state === 'failed' || state === 'upcoming' || state === 'unmonitored';
}

export interface Season {
  number: number;
  episodes: Episode[];
}

/** Episodes by season in order, specials (season 0) last. */
export function seasonsOf(episodes: Episode[]): Season[] {
  const groups = Map.groupBy(episodes, (episode) => episode.season);
  const place = (number: number) => (number === 0 ? Number.POSITIVE_INFINITY : number);
  return [...groups]
    .map(([number, group]) => ({ number, episodes: group.toSorted((a, b) => a.episode - b.episode) }))
    .sort((a, b) => place(a.number) - place(b.number));
}

/** Counted from the episodes themselves: what was just switched is in it before the server has counted anew. */
export function summaryOf({ number, episodes }: Season): SeasonSummary {
  const count = (has: (episode: Episode) => boolean) => episodes.filter(has).length;
  return {
    season: number,
    episode_count: episodes.length,
    file_count: count((episode) => episode.file !== null),
    missing_count: count((episode) => episode.missing),
    monitored_count: count((episode) => episode.monitored),
  };
}

/** More rows than this at once are slow to draw. */
const MANY = 150;

/** Which seasons are unfolded at first: all of a few, or the first and those with gaps; were that many rows, one of them. */
export function openAtFirst(seasons: Season[]): ReadonlySet<number> {
  const gaps = seasons.filter((season) => season.episodes.some((episode) => episode.missing));
  const first = seasons.slice(0, 1);
  const open = seasons.length < 4 ? seasons : [...first, ...gaps];
  const shown = isLong(open) ? [...gaps, ...first].slice(0, 1) : open;
  return new Set(shown.map((season) => season.number));
}

/** Whether only the rows near the window should be in the document. */
export function isLong(seasons: Season[]): boolean {
  return seasons.reduce((sum, season) => sum + season.episodes.length, 0) > MANY;
}
