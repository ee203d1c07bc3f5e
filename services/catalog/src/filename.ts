/**
 * What a file's name and folders say about the episodes in it. Pure; never guesses: a name that fits no rule has no
 * numbers.
 */
export interface ParsedName {
  /** As written, without group, tags and year; null when the name has none. */
  title: string | null;
  year: number | null;
  season: number | null;
  /** Numbers within `season`; only with a season. */
  episodes: number[];
  /** Numbers without a season: counted over the whole series, or of a series that has but one season. */
  absolute: number[];
  /** Which rule read the numbers; null when none did. */
  rule: string | null;
  /** The series that the folder is named after. */
  folder: { title: string; year: number | null } | null;
}

/** Names on disk have 255 bytes at most; longer ones come from somewhere else and could only cost time. */
const MOST_CHARACTERS = 1_000;
/** A range of more episodes than this is not one file. */
const MOST_EPISODES = 100;

/** Reads a path below a library folder, with `/` between its parts. */
export function parseFileName(path: string): ParsedName {
  const parts = path.split('/').map((part) => part.slice(0, MOST_CHARACTERS).normalize('NFKC'));
  const folder = readFolders(parts.slice(0, -1));
  const name = parts.at(-1) ?? '';
  const stem = tidy(name.replace(/\.[^.\s]{1,5}$/, ''));
  for (const rule of rules) {
    const match = rule.pattern.exec(stem.text);
    const numbers = match && rule.read(match.groups ?? {}, folder);
    if (!match || !numbers) continue;
    const { title, year } = splitYear(stem.text.slice(0, match.index));
    return { ...none, ...numbers, title, year: year ?? stem.year, rule: rule.name, folder: folder.series };
  }
  return { ...none, ...splitYear(stem.text), rule: null, folder: folder.series };
}

const none = { season: null, episodes: [], absolute: [] };

interface Folders {
  season: number | null;
  series: ParsedName['folder'];
}

const SEASON_FOLDER =
  /^(?:(?:season|staffel|saison|s)[ ._-]?(?<after>\d{1,4})|(?<before>\d{1,2})\.? ?(?:season|staffel|saison))$/i;
const SPECIALS_FOLDER = /^specials?$/i;

/** The nearest season folder and, above it, the folder with the series' name. */
function readFolders(folders: string[]): Folders {
  let season: number | null = null;
  for (const folder of folders.toReversed()) {
    const match = SEASON_FOLDER.exec(folder.trim());
    if (match) season ??= Number(match.groups?.after ?? match.groups?.before);
    else if (SPECIALS_FOLDER.test(folder.trim())) season ??= 0;
    else return { season: season ?? numberAfter(folder), series: namesOf(folder) };
  }
  return { season, series: null };
}

const SEASON_AT_END = /[ ._-]+(?:season|staffel|saison)[ ._-]?(?<season>\d{1,4})$/i;

function numberAfter(folder: string): number | null {
  const season = SEASON_AT_END.exec(folder)?.groups?.season;
  return season === undefined ? null : Number(season);
}

function namesOf(folder: string): Folders['series'] {
  const tidied = tidy(folder.replace(SEASON_AT_END, ''));
  const { title, year } = splitYear(tidied.text);
  return title === null ? null : { title, year: year ?? tidied.year };
}

const TAGS =
  /\b(?:\d{3,4}[pi]|\d{3,4}x\d{3,4}|[xh][ .]?26[45]|hevc|avc|xvid|divx|av1|web(?:[ -]?(?:dl|rip))?|blu-?ray|bd(?:rip)?|dvd(?:rip)?|hdtv|aac|flac|ac3|opus|10[ -]?bits?|remux|proper|repack)\b/i;

/** Without group, tags and checksums; words apart by single spaces. A year in brackets is taken out. */
function tidy(raw: string): { text: string; year: number | null } {
  let year: number | null = null;
  let text = raw.includes(' ') ? raw : raw.replaceAll(/(?<!\d)\.|\.(?!\d)/g, ' ');
  text = text
    .replaceAll('_', ' ')
    .replaceAll(/[【「『]/g, '[')
    .replaceAll(/[】」』]/g, ']');
  text = text.replaceAll(/\[([^[\]]*)\]|\{[^{}]*\}/g, (_, inner?: string) =>
    inner !== undefined && /^\d{1,3}(?:v\d)?$/i.test(inner) && !RESOLUTION.test(inner) ? ` - ${inner} ` : ' ',
  );
  text = text.replaceAll(/\(([^()]*)\)/g, (whole, inner: string) => {
    if (isYear(inner)) year ??= Number(inner);
    else if (!TAGS.test(inner) && !/^[0-9a-f]{8}$/i.test(inner)) return whole;
    return ' ';
  });
  const tag = TAGS.exec(text);
  if (tag && tag.index > 0) text = text.slice(0, tag.index).replace(/[ .-]+$/, '');
  return { text: text.replaceAll(/\s+/g, ' ').trim(), year };
}

/** Heights of pictures that stand without their "p". */
const RESOLUTION = /^(?:360|480|540|576|720|1080|1440|2160)$/;
const isYear = (text: string) => /^(?:19|20)\d{2}$/.test(text);

/** A title and the year at its end, brackets or not: `Lantern Row 2019`. */
function splitYear(text: string): { title: string | null; year: number | null } {
  const title = text.replaceAll(/^[\s._~-]+|[\s._~,([-]+$/g, '');
  const match = /^(?<title>.*\S) (?<year>(?:19|20)\d{2})$/.exec(title);
  if (match?.groups) return { title: match.groups.title ?? null, year: Number(match.groups.year) };
  return { title: title || null, year: null };
}

interface Rule {
  name: string;
  pattern: RegExp;
  /** The numbers, or null when this is no episode after all. */
  read(groups: Record<string, string | undefined>, folders: Folders): Partial<ParsedName> | null;
}

const inSeason = (season: string | number | undefined, episodes: number[] | null): Partial<ParsedName> | null =>
  season === undefined || !episodes ? null : { season: Number(season), episodes };

/** A number without a season belongs to the folder's season, if there is one. */
function bare(numbers: number[] | null, folders: Folders): Partial<ParsedName> | null {
  if (!numbers) return null;
  return folders.season === null ? { absolute: numbers } : { season: folders.season, episodes: numbers };
}

const VERSION = '(?:[vV]\\d)?';
const END = '(?=$|[ \\])])';
const RANGE = `(?<first>\\d{1,4})${VERSION}(?:[ ]?[-~][ ]?(?<last>\\d{1,4})${VERSION})?`;

/** In this order: what says the season first, then what names an episode, then numbers in a known place. */
const rules: Rule[] = [
  {
    name: 'S01E02',
    pattern: new RegExp(
      `\\bS(?<season>\\d{1,4})[ ._-]{0,3}EP?(?<first>\\d{1,4})${VERSION}(?<more>(?:[ ._]?[-~&+]?[ ._]?(?:S\\d{1,4})?E\\d{1,4}|[-~]\\d{1,4}(?![\\dpx]))*)(?![\\dp])`,
      'i',
    ),
    read: ({ season, first, more }) => inSeason(season, series(first, more)),
  },
  {
    name: '1x02',
    pattern: /(?<![\dx])(?<season>\d{1,2})x(?<first>\d{2,3})(?<more>(?:[-x~]\d{2,3})*)(?![\dpx])/i,
    read: ({ season, first, more }) => inSeason(season, series(first, more)),
  },
  {
    name: 'Season 1 Episode 2',
    pattern: new RegExp(
      `\\b(?:season|staffel|saison) ?(?<season>\\d{1,4})[ ,._-]*(?:episode|folge|ep|e)[ ._]?${RANGE}${END}`,
      'i',
    ),
    read: ({ season, first, last }) => inSeason(season, range(first, last)),
  },
  {
    name: 'S1 - 02',
    pattern: new RegExp(`\\b(?:S|season |staffel )(?<season>\\d{1,2}) - ${RANGE}${END}`, 'i'),
    read: ({ season, first, last }) => inSeason(season, range(first, last)),
  },
  {
    name: 'Special 1',
    pattern: new RegExp(`(?:^|[ -])(?:SP|Special)[ ._-]?(?<first>\\d{1,3})${VERSION}${END}`, 'i'),
    read: ({ first }) => inSeason(0, range(first, undefined)),
  },
  {
    name: 'Episode 2',
    pattern: new RegExp(`(?:\\b(?:episode|folge|ep)[ ._]?|\\be|#)${RANGE}${END}`, 'i'),
    read: ({ first, last }, folders) => bare(range(first, last), folders),
  },
  {
    name: '第2話',
    pattern: /第 ?(?<first>\d{1,4}) ?[話话集回]/,
    read: ({ first }, folders) => bare(range(first, undefined), folders),
  },
  {
    name: 'Title - 02',
    pattern: new RegExp(`(?<=\\S) - ${RANGE}${END}`),
    read: ({ first, last }, folders) => bare(range(first, last), folders),
  },
  {
    name: '02 - Title',
    pattern: new RegExp(`^${RANGE}(?=$| - |\\. )`),
    read: ({ first, last }, folders) => (folders.series ? bare(range(first, last), folders) : null),
  },
  {
    name: 'Title 02',
    pattern: new RegExp(`(?<=\\S) (?<first>\\d{2,4})${VERSION}$`),
    read: ({ first }, folders) =>
      isYear(first ?? '') || RESOLUTION.test(first ?? '') ? null : bare(range(first, undefined), folders),
  },
];

/** `02` and `-E03`, `E03E04` or `-03`: a dash before the last of two makes a range of them. */
function series(first: string | undefined, more: string | undefined): number[] | null {
  const numbers = [Number(first)];
  for (const [, dash, digits] of (more ?? '').matchAll(/([-~])?[ ._]?(?:S\d{1,4})?[Ex]?(\d{1,4})/gi)) {
    const previous = numbers.at(-1) ?? 0;
    const span = dash ? range(String(previous), digits) : null;
    if (span) numbers.push(...span.slice(1));
    else numbers.push(Number(digits));
  }
  return numbers.every((number) => number > 0) ? [...new Set(numbers)] : null;
}

function range(first: string | undefined, last: string | undefined): number[] | null {
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  if (!(from > 0) || to < from || to - from >= MOST_EPISODES) return null;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
