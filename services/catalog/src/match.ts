import type { FileKind, NameReading } from '@aniworld/contracts';
import type { EpisodeNumbers } from './store/episode.ts';
import type { SeriesNames } from './store/series.ts';
import { normaliseTitle } from './title.ts';

/**
 * Which series and episodes a parsed name stands for. Each step either has exactly one answer or none with the reason,
 * in words for the user; nothing is guessed.
 */

/** Series by each of their titles in the form in which titles are compared. */
export type TitleIndex = ReadonlyMap<string, readonly SeriesNames[]>;

export type Found<T> = { found: T; reason: string } | { found: null; reason: string };

export function indexTitles(series: readonly SeriesNames[]): TitleIndex {
  const index = new Map<string, SeriesNames[]>();
  for (const one of series) {
    for (const title of new Set([one.title, ...one.synonyms].map(normaliseTitle))) {
      const same = index.get(title);
      if (same) same.push(one);
      else index.set(title, [one]);
    }
  }
  return index;
}

/** The series that the file's own title names, else the one that its folder names. Both must not name two. */
export function matchSeries(parsed: NameReading, index: TitleIndex): Found<SeriesNames> {
  const reason = whyNoEpisode(parsed);
  if (reason !== null) return no(reason);
  const byName = lookUp(parsed.title, parsed.year, index);
  const byFolder = lookUp(parsed.folder?.title ?? null, parsed.folder?.year ?? null, index);
  if (byName?.found && byFolder?.found && byName.found.id !== byFolder.found.id)
    return no(`Its name says “${byName.found.title}”, its folder “${byFolder.found.title}”.`);
  if (byName?.found) return { found: byName.found, reason: 'by its name' };
  if (byFolder?.found) return { found: byFolder.found, reason: 'by its folder' };
  return byName ?? byFolder ?? no('There is no title in its name or folder.');
}

/** The episodes that its numbers mean in this series; all of them or none. */
export function matchEpisodes(
  parsed: NameReading,
  series: SeriesNames,
  episodes: readonly EpisodeNumbers[],
): Found<string[]> {
  const { season } = parsed;
  // Specials counted by themselves, as in SP2.
  if (season === null && parsed.type === 'special')
    return matchSeason(0, { ...parsed, episodes: parsed.absolute }, series, episodes);
  if (season !== null) return matchSeason(season, parsed, series, episodes);
  if (episodes.some((episode) => episode.absolute !== null)) {
    const ids = each(parsed.absolute, (number) => episodes.filter((episode) => episode.absolute === number));
    if (!ids) return no(`“${series.title}” has no single episode ${list(parsed.absolute)} counted over all seasons.`);
    return { found: ids, reason: `number ${list(parsed.absolute)}, counted over all seasons` };
  }
  const seasons = [...new Set(episodes.map((episode) => episode.season).filter((number) => number > 0))];
  const only = seasons[0];
  if (only === undefined || seasons.length > 1)
    return no(`It names no season, and “${series.title}” has ${seasons.length === 0 ? 'none' : 'several'}.`);
  return matchSeason(only, { ...parsed, episodes: parsed.absolute }, series, episodes);
}

/** Kinds of files that lie beside episodes and are none. */
const beside: Partial<Record<FileKind, string>> = {
  movie: 'It is a film, not an episode.',
  ova: 'It is an OVA; its name does not say which of the specials.',
  opening: 'It is an opening, not an episode.',
  ending: 'It is an ending, not an episode.',
  preview: 'It is a preview, not an episode.',
  trailer: 'It is a trailer, not an episode.',
  menu: 'It is a menu of a disc, not an episode.',
  sample: 'It is a sample of an episode.',
  extra: 'It is an extra, not an episode.',
};

function whyNoEpisode({ rule, type, season, episodes, absolute, air_date, number_text }: NameReading): string | null {
  // A season and episode number is a number of the series whatever else the name says; a sample has its episode's.
  const told = season !== null && episodes.length > 0 && type !== 'sample' && type !== 'extra' && type !== 'trailer';
  if (beside[type] && !told) return beside[type];
  if (rule === null) return 'There is no episode number in its name.';
  if (episodes.length > 0 || absolute.length > 0) return null;
  if (air_date !== null) return `Its name has a day, ${air_date}, and no number.`;
  if (number_text !== null) return `Its number, ${number_text}, is only a part of an episode or a variant of one.`;
  return 'It names a season and no episode.';
}

const no = (reason: string) => ({ found: null, reason });
const list = (numbers: readonly number[]) => numbers.join(', ');

function matchSeason(
  season: number,
  parsed: NameReading,
  series: SeriesNames,
  episodes: readonly EpisodeNumbers[],
): Found<string[]> {
  const inSeason = episodes.filter((episode) => episode.season === season);
  const ids = each(parsed.episodes, (number) => inSeason.filter((episode) => episode.episode === number));
  if (ids) return { found: ids, reason: `season ${season}, episode ${list(parsed.episodes)}` };
  // A second season whose files go on counting: the absolute number must lie in the season that was named.
  const counted = each(parsed.episodes, (number) => inSeason.filter((episode) => episode.absolute === number));
  if (counted) return { found: counted, reason: `season ${season}, number ${list(parsed.episodes)} over all seasons` };
  return no(`“${series.title}” has no season ${season}, episode ${list(parsed.episodes)}.`);
}

/** The id of the one candidate of each number, or null when any has none or several. */
function each(numbers: readonly number[], candidates: (number: number) => EpisodeNumbers[]): string[] | null {
  const ids: string[] = [];
  for (const number of numbers) {
    const [one, ...more] = candidates(number);
    if (!one || more.length > 0) return null;
    ids.push(one.id);
  }
  return ids.length > 0 ? ids : null;
}

/** Null when there is no title to look up. */
function lookUp(title: string | null, year: number | null, index: TitleIndex): Found<SeriesNames> | null {
  if (title === null) return null;
  // "Lantern Row 2049" may be a title whose number only looks like a year.
  const whole = year === null ? [] : (index.get(normaliseTitle(`${title} ${year}`)) ?? []);
  if (whole.length === 1 && whole[0]) return { found: whole[0], reason: '' };
  const named = index.get(normaliseTitle(title)) ?? [];
  if (named.length === 0) return no(`No series in the library is called “${title}”.`);
  const fitting = year === null ? named : named.filter((series) => series.year === null || series.year === year);
  const [one, ...more] = fitting;
  if (!one) return no(`The series called “${title}” in the library is not the one of ${year}.`);
  if (more.length > 0) return no(`Several series in the library are called “${title}”; its name has no year.`);
  return { found: one, reason: '' };
}
