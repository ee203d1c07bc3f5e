import type { FileKind, NameReading } from '@aniworld/contracts';
import { EXTRA_REASONS } from './extra.ts';
import type { SeriesNames } from './store/series.ts';
import { normaliseTitle } from './title.ts';

/**
 * Which series a parsed name stands for. Each step either has exactly one answer or none with the reason, in words for the
 * user; nothing is guessed.
 */
export interface TitleIndex {
  /** Series by each of their titles in the form in which titles are compared. */
  titles: ReadonlyMap<string, readonly SeriesNames[]>;
  /** Series by `site id`. */
  links: ReadonlyMap<string, readonly SeriesNames[]>;
}

export type Found<T> =
  | { found: T; reason: string /** More than a title or a guess at the season says so. */; sure: boolean }
  | { found: null; reason: string /** Not nothing fits, but more than one. */; ambiguous: boolean };

export function indexTitles(series: readonly SeriesNames[]): TitleIndex {
  const titles = new Map<string, SeriesNames[]>();
  const links = new Map<string, SeriesNames[]>();
  for (const one of series) {
    for (const title of new Set([one.title, ...one.synonyms].map(normaliseTitle))) put(titles, title, one);
    for (const [site, id] of Object.entries(one.links)) put(links, linkKey(site, id), one);
  }
  return { titles, links };
}

function put(index: Map<string, SeriesNames[]>, key: string, series: SeriesNames): void {
  const same = index.get(key);
  if (same) same.push(series);
  else index.set(key, [series]);
}

/**
 * The series that an id in the name or its folder stands for, else the one that the file's own title names, else the one
 * that its folder names. No two of them may be different series.
 */
export function matchSeries(parsed: NameReading, index: TitleIndex): Found<SeriesNames> {
  const reason = whyNoEpisode(parsed);
  if (reason !== null) return no(reason);
  const named = matchTitles(parsed, index);
  const ids = { ...parsed.folder?.ids, ...parsed.ids };
  const known = Object.entries(ids).flatMap(([site, id]) => index.links.get(linkKey(site, id)) ?? []);
  if (known.length > 0) return matchIds(parsed, ids, [...new Set(known)], named);
  const other = named.found && Object.entries(ids).find(([site, id]) => isOther(named.found, site, id));
  if (!other) return named;
  return no(`Its id is ${other.join(' ')}, and “${named.found.title}” is ${named.found.links[other[0]]} there.`);
}

/** Why a file is no episode, whatever its series; null when it may be one. */
export function whyNoEpisode(reading: NameReading): string | null {
  const { rule, type, season, episodes, absolute, air_date, number_text } = reading;
  // A season and episode number is a number of the series whatever else the name says; a sample has its episode's.
  const told = season !== null && episodes.length > 0 && type !== 'sample' && type !== 'extra' && type !== 'trailer';
  if (beside[type] && !told) return beside[type];
  if (rule === null) return 'There is no episode number in its name.';
  if (episodes.length > 0 || absolute.length > 0 || air_date !== null) return null;
  if (number_text !== null) return `Its number, ${number_text}, is only a part of an episode or a variant of one.`;
  return 'It names a season and no episode.';
}

/** Kinds of files that lie beside episodes and are none. */
const beside: Partial<Record<FileKind, string>> = {
  movie: 'It is a film, not an episode.',
  ova: 'It is an OVA; its name does not say which of the specials.',
  ...EXTRA_REASONS,
};

const linkKey = (site: string, id: string) => `${site} ${id.toLowerCase()}`;
const no = (reason: string) => ({ found: null, reason, ambiguous: false });
const several = (reason: string) => ({ found: null, reason, ambiguous: true });

const isOther = ({ links }: SeriesNames, site: string, id: string) =>
  links[site] !== undefined && links[site].toLowerCase() !== id.toLowerCase();

/** One id may stand for several series, as where a site counts seasons as one; then the title decides. */
function matchIds(
  parsed: NameReading,
  ids: Record<string, string>,
  known: readonly SeriesNames[],
  named: Found<SeriesNames>,
): Found<SeriesNames> {
  const text = Object.entries(ids).map((entry) => entry.join(' '));
  const fitting = known.filter((series) => !Object.entries(ids).some(([site, id]) => isOther(series, site, id)));
  const [one, ...more] = fitting.includes(named.found!) ? [named.found!] : fitting;
  if (!one) return several(`Its ids, ${text.join(' and ')}, are those of different series.`);
  if (more.length > 0) return several(`Several series in the library are ${text.join(' and ')}.`);
  if (named.found && named.found !== one)
    return several(`Its id, ${text.join(' and ')}, says “${one.title}”, its name “${named.found.title}”.`);
  const year = parsed.year ?? parsed.folder?.year ?? null;
  if (!named.found && year !== null && one.year !== null && year !== one.year && named.ambiguous)
    return several(`Its id, ${text.join(' and ')}, says “${one.title}” of ${one.year}, its name ${year}.`);
  return { found: one, reason: `by its id, ${text.join(' and ')}`, sure: true };
}

function matchTitles(parsed: NameReading, index: TitleIndex): Found<SeriesNames> {
  const byName = lookUp(parsed.title, parsed.year, index);
  const byFolder = lookUp(parsed.folder?.title ?? null, parsed.folder?.year ?? null, index);
  if (byName?.found && byFolder?.found && byName.found.id !== byFolder.found.id)
    return several(`Its name says “${byName.found.title}”, its folder “${byFolder.found.title}”.`);
  // The folder tells which of several series of one name it is.
  if (byName?.found) return { ...byName, sure: byName.sure || Boolean(byFolder?.found) };
  if (byFolder?.found) return { ...byFolder, reason: 'by its folder' };
  return byName?.ambiguous ? byName : byFolder?.ambiguous ? byFolder : (byName ?? byFolder ?? no(NO_TITLE));
}

const NO_TITLE = 'There is no title in its name or folder.';

/** Null when there is no title to look up. */
function lookUp(title: string | null, year: number | null, { titles }: TitleIndex): Found<SeriesNames> | null {
  if (title === null) return null;
  const byName = { reason: 'by its name' };
  // "Lantern Row 2049" may be a title whose number only looks like a year.
  const whole = year === null ? [] : (titles.get(normaliseTitle(`${title} ${year}`)) ?? []);
  if (whole.length === 1 && whole[0]) return { ...byName, found: whole[0], sure: false };
  const named = titles.get(normaliseTitle(title)) ?? [];
  if (named.length === 0) return no(`No series in the library is called “${title}”.`);
  const exact = named.filter((series) => year !== null && series.year === year);
  const fitting = year === null || exact.length > 0 ? named : named.filter((series) => series.year === null);
  const [one, ...more] = exact.length > 0 ? exact : fitting;
  if (!one) return no(`The series called “${title}” in the library is not the one of ${year}.`);
  if (more.length > 0)
    return several(
      `Several series in the library are called “${title}”; its name has ${year === null ? 'no' : 'the same'} year.`,
    );
  return { ...byName, found: one, sure: exact.length > 0 };
}
