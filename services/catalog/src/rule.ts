import type { MatchRule, NameReading } from '@aniworld/contracts';
import { dirname } from 'node:path';
import { type Found, whyNoEpisode } from './match.ts';
import { matchEpisodes } from './numbers.ts';
import type { EpisodeNumbers } from './store/episode.ts';
import { normaliseTitle } from './title.ts';

/** What a person has decided about files, and how it is used for others. */
export type Target = Pick<MatchRule, 'scope' | 'target'>;

/** What rules for a file can be about, the narrowest first: itself, its folders up to the library folder, its title. */
export function targetsOf(file: { root: string; path: string }, parsed: NameReading): Target[] {
  const targets: Target[] = [{ scope: 'file', target: file.path }];
  for (let folder = dirname(file.path); folder.length > file.root.length; folder = dirname(folder))
    targets.push({ scope: 'folder', target: folder });
  const title = titleTarget(parsed);
  if (title !== null) targets.push({ scope: 'title', target: title });
  return targets;
}

/** The title that a rule for all files of that name is about: its own, or that of its folder when it has none. */
export function titleTarget({ title, folder }: NameReading): string | null {
  const named = title ?? folder?.title ?? null;
  return named === null ? null : normaliseTitle(named);
}

/** Rules by their targets. */
export type RuleIndex = ReadonlyMap<string, MatchRule>;

export function indexRules(rules: readonly MatchRule[]): RuleIndex {
  return new Map(rules.map((rule) => [keyOf(rule), rule]));
}

/** The rule for a file: that of the narrowest target. */
export function ruleOf(targets: readonly Target[], rules: RuleIndex): MatchRule | undefined {
  if (rules.size === 0) return undefined;
  for (const target of targets) {
    const rule = rules.get(keyOf(target));
    if (rule) return rule;
  }
  return undefined;
}

const keyOf = ({ scope, target }: Target) => `${scope}\n${target}`;

/** What a rule says about the numbers of a file. */
export type Numbering = Pick<MatchRule, 'season' | 'number_offset' | 'episode_ids'>;

/** The episodes of a file whose series a person has chosen. Its own numbers still have to mean exactly one episode each. */
export function applyNumbering(
  numbering: Numbering,
  parsed: NameReading,
  series: { title: string },
  episodes: readonly EpisodeNumbers[],
): Found<string[]> {
  const { season, number_offset: offset, episode_ids } = numbering;
  if (episode_ids) {
    const there = new Set(episodes.map((episode) => episode.id));
    if (episode_ids.every((id) => there.has(id))) return { found: [...episode_ids], reason: 'its episode', sure: true };
    return { found: null, reason: `“${series.title}” no longer has the episode that was chosen.`, ambiguous: false };
  }
  const reason = whyNoEpisode(asEpisode(parsed));
  if (reason !== null) return { found: null, reason, ambiguous: false };
  const shifted = (numbers: readonly number[]) => numbers.map((number) => number + offset);
  const told = parsed.episodes.length > 0 ? parsed.episodes : parsed.absolute;
  const meant =
    season === null
      ? { ...parsed, episodes: shifted(parsed.episodes), absolute: shifted(parsed.absolute) }
      : { ...parsed, season, episodes: shifted(told), absolute: [] };
  return matchEpisodes(asEpisode(meant), series, episodes);
}

/** OVAs and films are episodes of the series that a person has chosen for them, as far as they have numbers. */
function asEpisode(parsed: NameReading): NameReading {
  return parsed.type === 'ova' || parsed.type === 'movie' ? { ...parsed, type: 'episode' } : parsed;
}
