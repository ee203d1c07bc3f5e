import type { FileKind } from '@aniworld/contracts';
import { type Bare, findBare } from './bare.ts';
import { placeOf } from './context.ts';
import type { Label, LabelOf } from './label.ts';
import { isPadded } from './number.ts';
import { isYear } from './tag.ts';
import type { Lexed } from './token.ts';

/** Which numbers a name has, by which rule, and the labels that they come from. */
export interface Verdict {
  season: number | null;
  episodes: number[];
  absolute: number[];
  other: number[];
  text: string | null;
  date: string | null;
  version: number | null;
  type: FileKind | null;
  rule: string | null;
  /** The words of the numbers; a title ends before the first. */
  used: Label[];
}

/** What the folders around a file say. */
export interface Surroundings {
  season: number | null;
  /** Title of the series' own folder. */
  series: string | null;
}

const nothing: Verdict = {
  ...{ season: null, episodes: [], absolute: [], other: [], text: null, date: null, version: null, type: null },
  ...{ rule: null, used: [] },
};

/**
 * Decides between the labels of a name. In this order: what says season and episode together, a day, a number that is called
 * an episode, a kind with its number, a number by its place, and forms of mini-series and broadcasts. What none of these reads has
 * no numbers.
 */
export function decide(lexed: Lexed, labels: readonly Label[], around: Surroundings): Verdict {
  return (
    bySeasonAndEpisode(lexed, labels) ??
    byDay(lexed, labels, around) ??
    byWord(lexed, labels, around) ??
    byPlace(lexed, labels, around) ??
    byKind(labels, around) ??
    byPart(lexed, labels) ??
    bySeasonAlone(labels) ??
    nothing
  );
}

const allOf = <Kind extends Label['kind']>(labels: readonly Label[], kind: Kind) =>
  labels.filter((label): label is LabelOf<Kind> => label.kind === kind);

function bySeasonAndEpisode(lexed: Lexed, labels: readonly Label[]): Verdict | null {
  const [label] = allOf(labels, 'in season');
  if (!label) return null;
  const { season, episodes, version, rule } = label;
  const beside = besideSeason(lexed, labels, label);
  const whole = beside?.numbers.every((number) => Number.isInteger(number)) ? beside.numbers : [];
  const used = beside ? [label, beside] : [label];
  return {
    ...{ ...nothing, season, episodes: [...new Set(episodes)], absolute: whole, rule, used },
    version: version ?? beside?.version ?? null,
    other: beside && whole.length === 0 ? beside.numbers : otherNumbers(labels, label),
  };
}

/** The number over all seasons beside `S10E14`: `214 10x14`, `S10E14 214`, `12 (S01E12)`, `S01E02 - 002`. */
function besideSeason(lexed: Lexed, labels: readonly Label[], label: LabelOf<'in season'>): LabelOf<'number'> | null {
  const { tokens } = lexed;
  const grouped = tokens[0]?.bracket !== null;
  for (const number of allOf(labels, 'number')) {
    const { digits, numbers } = number;
    if (isYear(digits) || numbers.length === 0 || (numbers.length > 1 && numbers.length !== label.episodes.length))
      continue;
    const place = placeOf(lexed, labels, number);
    const long = digits.length === 3 || (digits.length === 4 && numbers[0]! >= label.episodes[0]!);
    if (number.to === label.from) {
      const bracketed = tokens[label.from]!.bracket !== null && tokens[number.from]!.bracket === null;
      if (place.dashBefore && (bracketed || place.dashAfter) && (long || isPadded(digits) || numbers[0]! >= 10))
        return number;
      // `Psycho 100 S02E07` has a number in its title.
      const kf = label.rule === '1x02' && grouped && !place.leading && digits.length >= 3;
      if (kf && /^[ _]$/.test(tokens[label.from]!.gap)) return number;
    }
    const follows = number.from === label.to && (place.ends || place.dashAfter);
    const before = place.dashBefore || /^[ _]\(?$/.test(tokens[number.from]!.gap);
    if (follows && before && long && !(place.alone && place.open === '[')) return number;
  }
  return null;
}

const otherNumbers = (labels: readonly Label[], than: Label) =>
  allOf(labels, 'episode').flatMap((label) => (label === than ? [] : label.numbers));

function byDay(lexed: Lexed, labels: readonly Label[], around: Surroundings): Verdict | null {
  const [label] = allOf(labels, 'date');
  if (!label) return null;
  // A day in brackets is the release's when the name has a number.
  const bracketed = lexed.tokens[label.from]!.bracket !== null;
  if (bracketed && (allOf(labels, 'episode').length > 0 || findBare(lexed, labels, around))) return null;
  return { ...nothing, date: label.date, rule: '2020-01-02', used: [label], other: otherNumbers(labels, label) };
}

const BETWEEN = new Set<FileKind>(['opening', 'ending', 'menu']);

function byWord(lexed: Lexed, labels: readonly Label[], around: Surroundings): Verdict | null {
  // `NCOP (EP01-12)`: the episodes that it opens, not its own number.
  const theirs = labels.some((label) => 'type' in label && BETWEEN.has(label.type));
  const all = allOf(labels, 'episode').filter(({ from }) => !theirs || lexed.tokens[from]!.bracket === null);
  const label = all.find(({ from }) => lexed.tokens[from]!.bracket === null) ?? all[0];
  if (!label) return null;
  const bare = findBare(lexed, labels, around);
  // `Title - 05 (Episode 12 of the book)`: the place outside says more than the word inside.
  if (lexed.tokens[label.from]!.bracket !== null && bare && bare.weight >= 40) return null;
  return within(labels, around, label, label.rule);
}

/** Numbers become the season's when one is named, by the name itself or by the folder. */
function within(
  labels: readonly Label[],
  around: Surroundings,
  label: LabelOf<'episode' | 'number' | 'special'>,
  rule: string,
): Verdict {
  const [named] = allOf(labels, 'season');
  const season = named?.season ?? around.season;
  const { numbers, text, version } = label;
  const used: Label[] = named ? [label, named] : [label];
  const verdict = { ...nothing, text, version, rule, used };
  if (season === null || numbers.length === 0) return { ...verdict, absolute: numbers, season: named?.season ?? null };
  return { ...verdict, season, episodes: numbers };
}

function byPlace(lexed: Lexed, labels: readonly Label[], around: Surroundings): Verdict | null {
  if (allOf(labels, 'hash').length > 0) return null;
  const bare = findBare(lexed, labels, around);
  const [kind] = allOf(labels, 'special');
  if (kind && (!bare || bare.weight < 40)) return null;
  if (!bare) return byBroadcast(lexed, labels);
  const verdict = byBroadcast(lexed, labels) ?? within(labels, around, bare.label, bare.rule);
  return withSecond(lexed, labels, bare, verdict);
}

/** `002 (100)`, `29 (04)`: the smaller one counts the episodes of this series, the other those of all together. */
function withSecond({ tokens }: Lexed, labels: readonly Label[], { label }: Bare, verdict: Verdict): Verdict {
  const second = allOf(labels, 'number').find(({ from }) => from === label.to);
  const { bracket } = tokens[second?.from ?? 0]!;
  const alone = second && bracket?.open === '(' && bracket.from === second.from && bracket.to === second.to;
  if (!alone || second.digits.length < 2 || isYear(second.digits) || label.numbers.length !== 1) return verdict;
  const [one, two] = [label.numbers[0]!, second.numbers[0] ?? Infinity];
  if (!Number.isFinite(two) || second.numbers.length > 1) return verdict;
  const [smaller, larger] = one < two ? [one, two] : [two, one];
  const numbers = verdict.season === null ? { absolute: [smaller] } : { episodes: [smaller] };
  return { ...verdict, ...numbers, other: [larger], used: [...verdict.used, second] };
}

function byKind(labels: readonly Label[], around: Surroundings): Verdict | null {
  const [label] = allOf(labels, 'special');
  if (!label) return null;
  // A folder of a season holds its extras too; only the folder of the specials counts them.
  const season = around.season === 0 ? 0 : null;
  return { ...within(labels, { ...around, season }, label, 'SP1'), type: label.type };
}

const BROADCAST = /^(?:hdtv|pdtv|dsr|dsrip|xvid|sdtv)$/;

/**
 * The scene's old way to number broadcasts: `show.2015.0308-group`, `show.103.hdtv.xvid-group`. Only without brackets, with points
 * between the words and, when there are but three digits, beside the word for a broadcast: elsewhere 103 is the 103rd.
 */
function byBroadcast({ tokens, text }: Lexed, labels: readonly Label[]): Verdict | null {
  if (/[[\](){} ]/.test(text) || !/-[A-Za-z0-9]{2,15}$/.test(text)) return null;
  const label = allOf(labels, 'number').find(({ digits, numbers, from }) => {
    if (numbers.length !== 1 || from === 0 || isYear(digits)) return false;
    const afterYear = isYear(tokens[from - 1]!.key) && /^0\d{3}$/.test(digits);
    return afterYear || (/^[1-9]\d{2}$/.test(digits) && tokens.some(({ key }) => BROADCAST.test(key)));
  });
  const [season, episode] = [Number(label?.digits.slice(0, -2)), Number(label?.digits.slice(-2))];
  if (!label || episode === 0 || episode > 30) return null;
  return { ...nothing, season, episodes: [episode], rule: 'title.0102-group', used: [label] };
}

/** `Made.in.Canada.Part.Two.720p.HDTV`: a mini-series, as the scene names it. A film's parts are no episodes. */
function byPart({ tokens, text }: Lexed, labels: readonly Label[]): Verdict | null {
  const [label] = allOf(labels, 'part');
  if (!label || text.includes(' ') || text.startsWith('[') || label.from === 0) return null;
  const film = labels.some((other) => other.kind === 'type' || other.kind === 'season');
  const tagged = labels.some(({ kind, from }) => kind === 'resolution' || (kind === 'tag' && from >= label.to));
  if (film || !tagged || tokens[label.from]!.bracket !== null) return null;
  return { ...nothing, season: 1, episodes: [label.number], rule: 'Part 2', used: [label] };
}

function bySeasonAlone(labels: readonly Label[]): Verdict | null {
  const [label] = allOf(labels, 'season');
  return label ? { ...nothing, season: label.season, rule: 'Season 1', used: [label] } : null;
}
