import { type Place, placeOf } from './context.ts';
import type { Label, LabelOf } from './label.ts';
import { isPadded } from './number.ts';
import type { Surroundings } from './verdict.ts';
import { isBareHeight, isYear } from './tag.ts';
import type { Lexed } from './token.ts';

/** A number without a word of its own, with how sure its place makes that it counts episodes. */
export interface Bare {
  label: LabelOf<'number'>;
  /** Larger is surer. */
  weight: number;
  rule: string;
}

/**
 * The number whose place says most: behind a dash, alone in a bracket, at the end of the title, before everything, or
 * within the words (only `01` to `09` there: `Apollo 13` and `765 Pro` are names). Null when none is sure enough.
 */
export function findBare(lexed: Lexed, labels: readonly Label[], around: Surroundings): Bare | null {
  let best: Bare | null = null;
  for (const label of labels) {
    if (label.kind !== 'number') continue;
    const place = placeOf(lexed, labels, label);
    const bare = weigh(lexed, labels, label, place, around);
    // Of two equal ones, the last at the end of a title, else the first.
    if (bare && (!best || bare.weight > best.weight || (bare.weight === best.weight && bare.weight === AT_END)))
      best = { ...bare, label };
  }
  return best;
}

const AT_END = 30;

function weigh(
  lexed: Lexed,
  labels: readonly Label[],
  label: LabelOf<'number'>,
  place: Place,
  around: Surroundings,
): Omit<Bare, 'label'> | null {
  const { digits, version, numbers } = label;
  if (digits.length > 4 || (isYear(digits) && version === null && numbers.length === 1)) return null;
  const sure = isPadded(digits) || version !== null || numbers.length > 1;
  const after = afterSeason(labels, label);
  if (place.alone) return inBracket(lexed, label, place);
  if (place.open !== null && !(place.dashBefore && place.ends)) return null;
  if (place.first || (place.leading && !place.dashBefore)) return atStart(lexed, label, place, around);
  const stands = place.ends || place.dashAfter;
  if (place.dashBefore && stands) return { weight: 50, rule: 'Title - 02' };
  if (after && (stands || sure)) return { weight: 45, rule: 'Season 1 02' };
  if (place.dashBefore && (sure || digits.length > 2)) return { weight: 40, rule: 'Title - 02 Name' };
  if (follows(lexed, label, around)) return { weight: 35, rule: 'Series/Series 12' };
  if (isHeight(labels, label) || isSplitNumber(lexed, label)) return null;
  if (place.ends && isTitled(labels, label)) return null;
  const wide = digits.length > 1 || sure || label.text !== null;
  if (place.ends && wide && !isOwnDecimal(label)) return { weight: AT_END, rule: 'Title 02' };
  if (place.dashAfter && sure && !isOwnDecimal(label)) return { weight: 25, rule: 'Title 02 - Name' };
  if (/^0[1-9]$/.test(digits) && !isOwnDecimal(label)) return { weight: 10, rule: 'Title 02 Name' };
  return hyphenated(lexed, label) ? { weight: 9, rule: 'Title-123 Name' } : null;
}

/** The number right behind what the folder of the series is called. Outside of a season one digit may count films; four may be of the title. */
function follows({ text, tokens }: Lexed, { from, digits }: LabelOf<'number'>, around: Surroundings): boolean {
  const { season, series } = around;
  if (series === null || digits.length > 3 || (digits.length < 2 && !season)) return false;
  const start = tokens.findIndex(({ bracket }) => bracket === null);
  return plain(text.slice(tokens[start]!.at, tokens[from]!.at)) === plain(series);
}

const plain = (title: string) => title.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** `Memories 3.5` has a name, `Title 07.5` a number. */
const isOwnDecimal = ({ numbers, digits }: LabelOf<'number'>) =>
  numbers.some((one) => one % 1 > 0) && digits.length < 2;

/** `Title 1080` may say how high the picture is, unless something else says so. */
const isHeight = (labels: readonly Label[], { digits }: LabelOf<'number'>) =>
  isBareHeight(digits) && !labels.some(({ kind }) => kind === 'resolution');

const afterSeason = (labels: readonly Label[], { from }: Label) =>
  labels.some((other) => other.kind === 'season' && other.to === from);

/** Before a year in brackets stands the whole title: `Lantern 2049 (2017)`. */
const isTitled = (labels: readonly Label[], { to }: Label) =>
  labels.some((other) => other.kind === 'year' && other.from === to);

/** A number glued by a hyphen to something with digits, `72023S02-12`, or to a word among others, `abc-9182 x`. */
function isSplitNumber({ text, tokens }: Lexed, { from, digits }: LabelOf<'number'>): boolean {
  if (tokens[from]!.gap !== '-') return false;
  return (
    /\d/.test(tokens[from - 1]?.key ?? '') || (text.includes(' ') && digits.length !== 2 && !hyphenatedTo(tokens, from))
  );
}

/** `Some-Series-656 Name`: hyphens instead of spaces, and three digits. */
function hyphenated({ tokens }: Lexed, { from, digits }: LabelOf<'number'>): boolean {
  return digits.length === 3 && hyphenatedTo(tokens, from);
}

function inBracket({ tokens }: Lexed, { from, digits, numbers }: LabelOf<'number'>, place: Place) {
  if (place.dashBefore) return { weight: 48, rule: 'Title - (02)' };
  // A group, such as 5F.
  if (from === 0 && !/^\d+$/.test(tokens[0]!.key)) return null;
  if (place.open === '[' || place.open === '【') return { weight: 35, rule: '[02]' };
  // In round brackets a single digit may number copies of a file; groups make none.
  if (place.open !== '(' || from === 0) return null;
  const copy = digits.length === 1 && numbers.length === 1 && tokens[0]!.bracket?.open !== '[';
  return copy || digits.length > 3 ? null : { weight: 8, rule: 'Title (02)' };
}

function atStart({ tokens }: Lexed, label: LabelOf<'number'>, place: Place, around: Surroundings) {
  const { digits, version } = label;
  const hasSeries = around.series !== null;
  const sure = isPadded(digits) || version !== null;
  // Alone it may be a name, `12.mkv`; with a zero before it, `05.mkv`, hardly.
  const padded = version !== null || /^0[1-9]$/.test(digits);
  if (place.ends && place.first && padded) return { weight: 30, rule: '02' };
  if (label.to === tokens.length && place.first) return hasSeries ? { weight: 30, rule: '02' } : null;
  if (place.dashAfter && (sure || hasSeries)) return { weight: 28, rule: '02 - Title' };
  if (place.ends && place.first && hasSeries) return { weight: 27, rule: '02' };
  if (place.ends) return !place.first && (sure || digits.length > 2) ? { weight: 27, rule: '[Title] 02' } : null;
  if (/^\. |^\.$/.test(tokens[label.to]?.gap ?? '') && (sure || hasSeries)) return { weight: 20, rule: '02. Title' };
  // In a folder of a season, `11 Name` too.
  const inSeason = around.season !== null && digits.length > 1;
  return (isPadded(digits) || inSeason) && place.first ? { weight: 15, rule: '02 Title' } : null;
}

const hyphenatedTo = (tokens: Lexed['tokens'], to: number) =>
  to > 1 && tokens.slice(1, to + 1).every(({ gap }) => gap === '-');
