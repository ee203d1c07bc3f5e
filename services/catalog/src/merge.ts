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
}

export interface Merged {
  added: EpisodeRow[];
  kept: { id: string; row: EpisodeRow }[];
}

/**
 * Brings what a provider says now together with what is known. An episode is known by its reference, or by its number
 * where the source itself gives numbers. Known ones keep their number when the source gives none, and when the new one
 * is another episode's: a number that files were matched by does not wander. New ones without a free number get the
 * next one of their season.
 */
export function mergeEpisodes(known: readonly EpisodeNumbers[], found: readonly EpisodeFacts[]): Merged {
  const merged: Merged = { added: [], kept: [] };
  const find = finder(known, found);
  const owners = new Map(known.map((episode) => [keyOf(episode), episode.id]));
  const highest = new Map<number, number>();
  const use = (number: Numbered, owner: string) => {
    owners.set(keyOf(number), owner);
    highest.set(number.season, Math.max(highest.get(number.season) ?? 0, number.episode));
    return number;
  };
  for (const episode of known) use(episode, episode.id);
  // Numbers that the source gives come before those that are counted here.
  for (const facts of found.toSorted((one, other) => Number(other.numbered) - Number(one.numbered))) {
    const old = find(facts);
    const owner = owners.get(keyOf(facts));
    const free = owner === undefined || owner === old?.id;
    if (old) merged.kept.push({ id: old.id, row: rowOf(facts, use(facts.numbered && free ? facts : old, old.id)) });
    else merged.added.push(rowOf(facts, use(free ? facts : next(facts.season, highest), facts.ref)));
  }
  return merged;
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

const next = (season: number, highest: Map<number, number>) => ({ season, episode: (highest.get(season) ?? 0) + 1 });

type Numbered = Pick<EpisodeFacts, 'season' | 'episode'>;

const keyOf = ({ season, episode }: Numbered) => `${season}x${episode}`;

function rowOf(facts: EpisodeFacts, { season, episode }: Numbered): EpisodeRow {
  const { ref, absolute, title, overview, air_date, duration } = facts;
  return { provider_ref: ref, season, episode, absolute, title, overview, air_date, duration };
}
