import type { FileKind } from '@aniworld/contracts';
import type { Label } from './label.ts';
import { readNumbers } from './number.ts';
import type { Token } from './token.ts';

/** Words that say what kind of file it is, wherever they stand at the end of a part of the name. */
const kinds: Record<string, FileKind> = {
  sp: 'special',
  sps: 'special',
  special: 'special',
  specials: 'special',
  omake: 'special',
  ova: 'ova',
  ovas: 'ova',
  oav: 'ova',
  oad: 'ova',
  ona: 'ova',
  movie: 'movie',
  movies: 'movie',
  film: 'movie',
  gekijouban: 'movie',
  gekijoban: 'movie',
  劇場版: 'movie',
  剧场版: 'movie',
  op: 'opening',
  ncop: 'opening',
  opening: 'opening',
  ed: 'ending',
  nced: 'ending',
  ending: 'ending',
  pv: 'preview',
  cm: 'preview',
  preview: 'preview',
  teaser: 'trailer',
  trailer: 'trailer',
  menu: 'menu',
  menus: 'menu',
  sample: 'sample',
  extra: 'extra',
  extras: 'extra',
  ex: 'extra',
  bonus: 'extra',
  interview: 'extra',
  featurette: 'extra',
  behindthescenes: 'extra',
  deleted: 'extra',
};

/** Ordinary words too: alone they say something only as the last word before a sign. */
const ORDINARY = new Set(['op', 'ed', 'ex', 'sp', 'cm', 'extra', 'opening', 'ending', 'bonus', 'deleted', 'film']);
const GLUED =
  /^(?<word>sp|sps|special|ova|oav|oad|ona|ncop|nced|op|ed|pv|cm|menu|ex|extra)(?<number>\d{1,3})(?<letter>[a-f])?(?:v(?<version>\d))?$/;

export const kindOf = (word: string): FileKind | undefined => (Object.hasOwn(kinds, word) ? kinds[word] : undefined);

/** `SP01`, `OVA 2`, `OVA_01`, `NCOP1a`, `ED2`, `Movie 9`, `PV`: a kind with its own number, or alone. */
export function readSpecial(tokens: readonly Token[], from: number): Label | null {
  const { key } = tokens[from]!;
  const glued = GLUED.exec(key)?.groups;
  if (glued) return gluedLabel(tokens, from, glued);
  const type = kindOf(key);
  if (type === undefined) return null;
  const next = tokens[from + 1];
  const hyphens = next?.gap === '-' && tokens[from]!.gap === '-';
  if (next && (hyphens || /^[ ._]{1,2}$/.test(next.gap)) && !isLongForm(key)) {
    const numbers = readNumbers(tokens, from + 1);
    // The films of a series are numbered, but a film is no episode.
    if (numbers && type === 'movie') return { kind: 'type', type, from, to: numbers.to };
    if (numbers && Number(numbers.digits) < 1_000) return { ...numbers, kind: 'special', type, from };
  }
  if (type === 'movie' && !ORDINARY.has(key)) return { kind: 'type', type, from, to: from + 1 };
  const last = next === undefined || /[^ _.]/.test(next.gap) || followedByKind(next);
  const apart = from > 0 && (!ORDINARY.has(key) || /- $|[-_]$/.test(tokens[from]!.gap));
  return last && apart ? { kind: 'type', type, from, to: from + 1 } : null;
}

/** `Opening 2` is a kind with a number; `Ending 2` too; `Sample 10` is the title of a series and its number. */
const isLongForm = (key: string) => key === 'sample' || key === 'interview' || key === 'film';

const followedByKind = ({ key }: Token) => kindOf(key) !== undefined || GLUED.test(key);

function gluedLabel(tokens: readonly Token[], from: number, groups: Record<string, string | undefined>): Label {
  const { word, number, letter, version } = groups;
  const decimal =
    tokens[from + 1]?.gap === '.' && /^\d$/.test(tokens[from + 1]!.key) ? `.${tokens[from + 1]!.key}` : '';
  return {
    ...{ kind: 'special', type: kinds[word!]!, from, to: from + (decimal ? 2 : 1), digits: number! },
    numbers: letter === undefined ? [Number(number + decimal)] : [],
    text: letter === undefined ? null : number! + letter,
    version: version === undefined ? null : Number(version),
  };
}
