import type { EpisodeFacts } from './provider.ts';
import type { EpisodeNumbers } from './store/episode.ts';

export interface EpisodeRow {
  provider_ref: string;
  season: number;
  episode: number;
  absolute: number | null;
  title: string;
  overview: string | null;
  air_date: string | null;
  duration: number | null;
  still_url: string | null;
}

export interface Merged {
  added: EpisodeRow[];
  kept: { id: string; row: EpisodeRow }[];
  renumbered: Renumbered[];
}

/** An episode that the source calls otherwise than before. */
export interface Renumbered {
  episode_id: string;
  old_season: number;
  old_episode: number;
  old_absolute: number | null;
  new_season: number;
  new_episode: number;
  new_absolute: number | null;
}

/**
 * Brings what a provider says now together with what is known. An episode is known by its reference, or by its number
 * where the source itself gives numbers. Known ones follow the source's numbers and keep theirs when it gives none, or when
 * the new one belongs to an episode that stays. New ones without a free number get the next one of their season.
 */
export function mergeEpisodes(known: readonly EpisodeNumbers[], found: readonly EpisodeFacts[]): Merged {
  const merged: Merged = { added: [], kept: [], renumbered: [] };
  const find = finder(known, found);
  const pairs = found.map((facts) => ({ facts, old: find(facts) }));
  const moving = new Set(pairs.flatMap(({ facts, old }) => (old && facts.numbered ? old.id : [])));
  const numbers = numbersInUse(known.filter((episode) => !moving.has(episode.id)));
  const settled = numbers.takeEach(pairs.flatMap(({ facts, old }) => (old && facts.numbered ? { facts, old } : [])));
  for (const { facts, old } of pairs) if (old) keep(merged, old, rowOf(facts, settled.get(old.id) ?? old));
  // Numbers that the source gives come before those that are counted here.
  const added = pairs.flatMap(({ facts, old }) => (old ? [] : facts));
  for (const facts of added.toSorted((one, other) => Number(other.numbered) - Number(one.numbered)))
    merged.added.push(rowOf(facts, numbers.take(facts) ?? numbers.next(facts.season)));
  return merged;
}

function numbersInUse(known: readonly EpisodeNumbers[]) {
  const used = new Set<string>();
  const highest = new Map<number, number>();
  /** Null when it is another's. */
  const take = ({ season, episode }: Numbered): Numbered | null => {
    const key = keyOf({ season, episode });
    if (used.has(key)) return null;
    used.add(key);
    highest.set(season, Math.max(highest.get(season) ?? 0, episode));
    return { season, episode };
  };
  const next = (season: number) => take({ season, episode: (highest.get(season) ?? 0) + 1 })!;
  for (const episode of known) take(episode);
  return {
    take,
    next,
    /** All new numbers that are free first; then those that can't have theirs keep what they had. */
    takeEach(pairs: readonly { facts: EpisodeFacts; old: EpisodeNumbers }[]): Map<string, Numbered> {
      const taken = new Map(pairs.map(({ facts, old }) => [old.id, take(facts)]));
      for (const { old } of pairs) taken.set(old.id, taken.get(old.id) ?? take(old) ?? next(old.season));
      return taken as Map<string, Numbered>;
    },
  };
}

function keep(merged: Merged, old: EpisodeNumbers, row: EpisodeRow): void {
  merged.kept.push({ id: old.id, row });
  const { id: episode_id, season, episode, absolute } = old;
  if (season === row.season && episode === row.episode && absolute === row.absolute) return;
  merged.renumbered.push({
    ...{ episode_id, old_season: season, old_episode: episode, old_absolute: absolute },
    ...{ new_season: row.season, new_episode: row.episode, new_absolute: row.absolute },
  });
}

/** The known episode that a found one is, each at most once. */
function finder(known: readonly EpisodeNumbers[], found: readonly EpisodeFacts[]) {
  const byRef = new Map(known.map((episode) => [episode.provider_ref, episode]));
  const byNumber = new Map(known.map((episode) => [keyOf(episode), episode]));
  // A reference that is still in use belongs to its own episode, whatever its number.
  for (const { ref } of found) {
    const episode = byRef.get(ref);
    if (episode) byNumber.delete(keyOf(episode));
  }
  return (facts: EpisodeFacts): EpisodeNumbers | undefined => {
    const own = byRef.get(facts.ref);
    if (own || !facts.numbered) return own;
    const same = byNumber.get(keyOf(facts));
    byNumber.delete(keyOf(facts));
    return same;
  };
}

type Numbered = Pick<EpisodeFacts, 'season' | 'episode'>;

const keyOf = ({ season, episode }: Numbered) => `${season}x${episode}`;

function rowOf(facts: EpisodeFacts, { season, episode }: Numbered): EpisodeRow {
  const { ref, absolute, title, overview, air_date, duration, still_url = null } = facts;
  return { provider_ref: ref, season, episode, absolute, title, overview, air_date, duration, still_url };
}
