import type { NameReading } from '@aniworld/contracts';
import { labelWords } from './labels.ts';
import type { LabelOf } from './label.ts';
import { readSeason } from './season.ts';
import { isYear } from './tag.ts';
import { lex, type Lexed } from './token.ts';

/** What the folders of a file say: the nearest season, and the series above it. */
export interface Folders {
  season: number | null;
  series: NameReading['folder'];
}

const SPECIALS = /^(?:specials?|ovas?|sp)$/i;
/** Folders of media servers for what is no episode. */
export const EXTRAS =
  /^(?:extras?|featurettes?|trailers?|samples?|interviews?|shorts?|scenes|deleted scenes|behind the scenes|backdrops|theme-music|nc|creditless)$/i;

/** Files come folder by folder: what the folders of the last one say is kept. */
let last: { key: string; folders: Folders } | null = null;

export function readFolders(folders: readonly string[]): Folders {
  const key = folders.join('/');
  if (last?.key !== key) last = { key, folders: readAll(folders) };
  return last.folders;
}

function readAll(folders: readonly string[]): Folders {
  let season: number | null = null;
  for (const folder of folders.toReversed()) {
    const lexed = lex(folder.trim());
    const label = wholeSeason(lexed);
    if (label) season ??= label.season;
    else if (SPECIALS.test(folder.trim())) season ??= 0;
    else if (!EXTRAS.test(folder.trim())) return nameOf(lexed, season);
  }
  return { season, series: null };
}

/** `Season 02`, `S2`, `3.Staffel`, `Season 2 (2020)`, `Season 2 - Name`: a season before anything else. */
function wholeSeason({ tokens }: Lexed): { season: number } | null {
  if (tokens.length === 0) return null;
  const label = readSeason(tokens, 0);
  return label?.kind === 'season' && /^$|^ [-–] |^ ?[[(]/.test(tokens[label.to]?.gap ?? '') ? label : null;
}

function nameOf(lexed: Lexed, season: number | null): Folders {
  const { text, tokens } = lexed;
  const labels = labelWords(tokens);
  const own = labels.find((label): label is LabelOf<'season'> => label.kind === 'season' && label.from > 0);
  const year = labels.find((label): label is LabelOf<'year'> => label.kind === 'year');
  const marks = labels.filter(({ kind, from }) => !TITLE.has(kind) && from > 0);
  const to = Math.min(tokens.length, ...marks.map(({ from }) => from));
  const start = tokens[0]?.bracket && tokens[0].bracket.to < to ? tokens[0].bracket.to : 0;
  const title = titleOf(text, tokens.slice(start, to));
  const ids = Object.fromEntries(labels.flatMap((label) => (label.kind === 'id' ? [[label.site, label.id]] : [])));
  if (title.title === null) return { season, series: null };
  return {
    season: season ?? own?.season ?? null,
    series: { title: title.title, year: year?.year ?? title.year, ids },
  };
}

/** Kinds of labels that may stand in the middle of a series' name. */
const TITLE = new Set(['number', 'title number', 'type', 'part', 'hash', 'special']);

/** Words as they stand, and the year when it is the last of several. */
export function titleOf(text: string, words: Lexed['tokens']): { title: string | null; year: number | null } {
  const [first] = words;
  const last = words.at(-1);
  if (!first || !last) return { title: null, year: null };
  const dated = words.length > 1 && last.bracket === null && isYear(last.key);
  const end = dated ? words.at(-2)!.end : last.end;
  const whole = text.slice(first.at, end);
  const title = (whole.includes(' ') ? whole : whole.replaceAll(/[._]+/g, ' ')).replaceAll(/[_\s]+/g, ' ');
  return { title: title.replace(/[\s._,-]+$/, '') || null, year: dated ? Number(last.key) : null };
}
