import { MOST_EPISODES_PER_FILE, type NameReading } from '@aniworld/contracts';
import type { Found } from './match.ts';
import type { EpisodeNumbers } from './store/episode.ts';

/** Which episodes of a series the numbers in a name mean: all of them exactly one episode each, or none with the reason. */
export function matchEpisodes(
  parsed: NameReading,
  series: { title: string },
  episodes: readonly EpisodeNumbers[],
): Found<string[]> {
  const given = parsed.episodes.length > 0 ? parsed.episodes : parsed.absolute;
  if (!isRun(given)) return no(`It names episodes ${list(given)}, which no one file holds.`);
  const { season } = parsed;
  if (given.length === 0) return matchDay(parsed.air_date, series, episodes);
  // Specials counted by themselves, as in SP2.
  if (season === null && parsed.type === 'special')
    return matchSeason(0, { ...parsed, episodes: parsed.absolute }, series, episodes);
  if (season !== null) return agreed(matchSeason(season, parsed, series, episodes), parsed, episodes);
  if (episodes.some((episode) => episode.absolute !== null)) return matchAbsolute(parsed.absolute, series, episodes);
  return matchOnlySeason(parsed, series, episodes);
}

const no = (reason: string) => ({ found: null, reason, ambiguous: false });
const several = (reason: string) => ({ found: null, reason, ambiguous: true });
/** Short: a name can hold any number of numbers. */
const list = (numbers: readonly number[]) =>
  numbers.length > 4 ? `${numbers[0]} to ${numbers.at(-1)}` : numbers.join(', ');

/** One file holds episodes that follow each other; what says otherwise is a number in a title, or a whole shelf. */
function isRun(numbers: readonly number[]): boolean {
  return (
    numbers.length <= MOST_EPISODES_PER_FILE &&
    numbers.every((number, index) => index === 0 || number === numbers[index - 1]! + 1)
  );
}

function matchAbsolute(
  numbers: readonly number[],
  { title }: { title: string },
  episodes: readonly EpisodeNumbers[],
): Found<string[]> {
  const found = each(numbers, (number) => episodes.filter((episode) => episode.absolute === number));
  if (Array.isArray(found)) return { found, reason: `number ${list(numbers)}, counted over all seasons`, sure: true };
  const reason = `“${title}” has no single episode ${list(numbers)} counted over all seasons.`;
  return found === 'several' ? several(reason) : no(reason);
}

function matchOnlySeason(
  parsed: NameReading,
  series: { title: string },
  episodes: readonly EpisodeNumbers[],
): Found<string[]> {
  const seasons = [...new Set(episodes.map((episode) => episode.season).filter((number) => number > 0))];
  const only = seasons[0];
  if (only === undefined) return no(`It names no season, and “${series.title}” has none.`);
  if (seasons.length > 1) return several(`It names no season, and “${series.title}” has several.`);
  const matched = matchSeason(only, { ...parsed, episodes: parsed.absolute }, series, episodes);
  return matched.found ? { ...matched, sure: only === 1 } : matched;
}

function matchDay(day: string | null, series: { title: string }, episodes: readonly EpisodeNumbers[]): Found<string[]> {
  const [one, ...more] = episodes.filter((episode) => day !== null && episode.air_date === day);
  if (!one) return no(`“${series.title}” has no episode of ${day}.`);
  if (more.length > 0) return several(`“${series.title}” has ${more.length + 1} episodes of ${day}.`);
  return { found: [one.id], reason: `broadcast on ${day}`, sure: true };
}

function matchSeason(
  season: number,
  parsed: NameReading,
  series: { title: string },
  episodes: readonly EpisodeNumbers[],
): Found<string[]> {
  const inSeason = episodes.filter((episode) => episode.season === season);
  const found = each(parsed.episodes, (number) => inSeason.filter((episode) => episode.episode === number));
  if (Array.isArray(found)) return { found, reason: `season ${season}, episode ${list(parsed.episodes)}`, sure: true };
  // A second season whose files go on counting: the absolute number must lie in the season that was named.
  const counted = each(parsed.episodes, (number) => inSeason.filter((episode) => episode.absolute === number));
  if (Array.isArray(counted)) {
    const reason = `season ${season}, number ${list(parsed.episodes)} over all seasons`;
    return { found: counted, reason, sure: false };
  }
  return no(`“${series.title}” has no season ${season}, episode ${list(parsed.episodes)}.`);
}

/** A name with both counts, as in `S10E14 214`, must not mean two episodes. Nothing is said where the second is unknown. */
function agreed(
  bySeason: Found<string[]>,
  { season, episodes: told, absolute }: NameReading,
  episodes: readonly EpisodeNumbers[],
): Found<string[]> {
  if (!bySeason.found || told.length === 0 || absolute.length === 0) return bySeason;
  const counted = each(absolute, (number) => episodes.filter((episode) => episode.absolute === number));
  if (!Array.isArray(counted) || String(counted) === String(bySeason.found)) return bySeason;
  return several(
    `Season ${season}, episode ${list(told)}, and number ${list(absolute)} over all seasons are not the same episode.`,
  );
}

/** The id of the one candidate of each number; which is missing when any has none or several. */
function each(
  numbers: readonly number[],
  candidates: (number: number) => EpisodeNumbers[],
): string[] | 'none' | 'several' {
  const ids: string[] = [];
  for (const number of numbers) {
    const [one, ...more] = candidates(number);
    if (!one) return 'none';
    if (more.length > 0) return 'several';
    ids.push(one.id);
  }
  return ids.length > 0 ? ids : 'none';
}
