import type { Label } from './label.ts';
import { rangeAfter, readNumbers } from './number.ts';
import { cjkNumber, spelledNumber, spelledOrdinal } from './numeral.ts';
import type { Token } from './token.ts';

const S_E =
  /^[st](?<season>\d{1,4})x?e[ep]?(?<first>\d{1,5})(?<more>(?:(?:s\d{1,4})?e\d{1,5}){0,60})(?:v(?<version>\d)|[a-d])?$/;
const S = /^s(?<season>\d{1,4})$/;
const E = /^(?:e|ep|eps|episode)(?<first>\d{1,5})(?:v(?<version>\d))?$/;
const E_WORD = /^(?:e|ep|eps|episode)$/;
const NEAR = /^(?:[ ._]{1,2}|[ ._]?-[ ._]?|[\])] ?[[(]|)$/;

/** `S01E02`, `S01E01E02`, `S01E01-03`, `T01E02`, `S07E22 - S07E23`, `S02 - E06`, `S42 Ep10718 - Ep10722`. */
export function readSeasonEpisode(tokens: readonly Token[], from: number): Label | null {
  const whole = S_E.exec(tokens[from]!.key)?.groups;
  if (whole) {
    const more = [...whole.more!.matchAll(/e(\d+)/g)].map(([, digits]) => Number(digits));
    const decimal = decimalBehind(tokens, from);
    if (decimal !== null)
      return { ...inSeason, from, to: from + 2, season: Number(whole.season), episodes: [decimal], version: null };
    return goOn(tokens, {
      ...{ from, to: from + 1, season: Number(whole.season), episodes: [Number(whole.first), ...more] },
      version: versionOf(whole.version),
    });
  }
  const season = S.exec(tokens[from]!.key)?.groups?.season;
  const next = tokens[from + 1];
  if (season === undefined || !next || !NEAR.test(next.gap)) return null;
  const glued = E.exec(next.key)?.groups;
  const start = { from, season: Number(season) };
  if (glued) {
    const episodes = [Number(glued.first)];
    return goOn(tokens, { ...start, to: from + 2, episodes, version: versionOf(glued.version) });
  }
  if (!E_WORD.test(next.key) || !/^[ ._]{1,2}$/.test(tokens[from + 2]?.gap ?? '')) return null;
  const numbers = readNumbers(tokens, from + 2);
  if (!numbers || numbers.numbers.length === 0) return null;
  return { ...inSeason, ...start, to: numbers.to, episodes: numbers.numbers, version: numbers.version };
}

const inSeason = { kind: 'in season', rule: 'S01E02' } as const;

/** `S01E05.5` at the end of its part; with more points behind it, a title begins: `S01E05.5.Weirs`. */
function decimalBehind(tokens: readonly Token[], from: number): number | null {
  const [after, further] = [tokens[from + 1], tokens[from + 2]];
  if (after?.gap !== '.' || !/^\d$/.test(after.key) || further?.gap === '.') return null;
  return Number(`${/\d+$/.exec(tokens[from]!.key)?.[0]}.${after.key}`);
}

const versionOf = (digit: string | undefined) => (digit === undefined ? null : Number(digit));

interface Begun {
  from: number;
  to: number;
  season: number;
  episodes: number[];
  version: number | null;
}

const FURTHER = /^(?:s(?<season>\d{1,4}))?(?:e|ep)(?<number>\d{1,5})(?:v(?<version>\d))?$/;
const JOINED = /^(?<number>\d{2,5})(?:v(?<version>\d))?$/;

function goOn(tokens: readonly Token[], begun: Begun): Label {
  const { season, episodes } = begun;
  let { to, version } = begun;
  for (let after = tokens[to]; after; after = tokens[to]) {
    if (after.key === 'and' && /^(?:e|ep)\d/.test(tokens[to + 1]?.key ?? '')) after = tokens[++to]!;
    const marked = FURTHER.exec(after.key)?.groups;
    const groups = marked ?? JOINED.exec(after.key)?.groups;
    if (!groups || (groups.season !== undefined && Number(groups.season) !== season)) break;
    const join = marked ? joinMarked(after.gap) : joinBare(tokens, to);
    const last = episodes.at(-1)!;
    const number = Number(groups.number);
    const more = join === '-' ? rangeAfter(last, groups.number!) : join === '+' && number > last ? [number] : null;
    if (!more || more.length > 100) break;
    episodes.push(...more);
    version ??= versionOf(groups.version);
    to += 1;
  }
  const after = tokens[to];
  const apart = /^v(\d)$/.exec(after && /^[ _.]?$/.test(after.gap) ? after.key : '')?.[1];
  if (apart !== undefined) return { ...inSeason, ...begun, episodes, to: to + 1, version: Number(apart) };
  return { ...inSeason, ...begun, episodes, to, version };
}

function joinMarked(gap: string): '-' | '+' | null {
  if (/^[ ._]{0,2}[-–~][ ._]{0,2}$/.test(gap)) return '-';
  return /^[ ._]{0,2}[&+,]?[ ._]{0,2}$/.test(gap) ? '+' : null;
}

/** A number without its E: `S01E01-03`. Not `S02E21-24 Hours`, where a title begins. */
function joinBare(tokens: readonly Token[], at: number): '-' | '+' | null {
  const { gap, key } = tokens[at]!;
  if (/^ ?[&+,] ?$/.test(gap)) return key.length <= 3 ? '+' : null;
  if (!/^[-~]$/.test(gap)) return null;
  const after = tokens[at + 1];
  const titleBegins = after?.gap === ' ' && after.bracket === tokens[at]!.bracket;
  return titleBegins && Number(key) - Number(/\d+$/.exec(tokens[at - 1]!.key)?.[0]) > 3 ? null : '-';
}

/** `3x7` between dashes or at the end; `3x3 Eyes` is a title. */
const N_X_1 = /^(?<season>[1-9])[x×](?<first>[1-9])$/;

function readShortTimes(tokens: readonly Token[], from: number): Label | null {
  const groups = N_X_1.exec(tokens[from]!.key)?.groups;
  const after = tokens[from + 1];
  const stands = !after || /^ ?[[(]|^ - /.test(after.gap);
  if (!groups || !tokens[from - 1] || tokens[from - 1]!.bracket !== tokens[from]!.bracket || !stands) return null;
  const [season, episodes] = [Number(groups.season), [Number(groups.first)]];
  return { kind: 'in season', rule: '1x02', from, to: from + 1, season, episodes, version: null };
}

const N_X_M = /^(?<season>\d{1,2})[x×](?<first>\d{2,4})(?<more>(?:[x×]\d{2,3}){0,20})(?:v(?<version>\d))?$/;

/** `1x02`, `01x01x02`, `8x01_02`, `1x01-03`, `1x01-1x03`. One digit is not enough: `3x3 Eyes` is a title. */
export function readTimes(tokens: readonly Token[], from: number): Label | null {
  const groups = N_X_M.exec(tokens[from]!.key)?.groups;
  // `0x539` is a hexadecimal number, and `1x264` a codec.
  if (!groups || /^26[45]$/.test(groups.first!) || Number(groups.first) > 1_500 || /^0x...$/.test(tokens[from]!.key))
    return readShortTimes(tokens, from);
  const more = [...groups.more!.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const season = Number(groups.season);
  const episodes = [Number(groups.first), ...more];
  let to = from + 1;
  for (let after = tokens[to]; after; after = tokens[to]) {
    const next = /^(?:(?<season>\d{1,2})[x×])?(?<number>\d{2,3})$/.exec(after.key)?.groups;
    if (!next || !/^[-~_&+]$|^ [-&+] $|^[ .]$/.test(after.gap)) break;
    if (next.season === undefined ? /^ [^&+]|\.|^ $/.test(after.gap) : Number(next.season) !== season) break;
    if (/^ [&+]/.test(after.gap) && Number(next.number) !== episodes.at(-1)! + 1) break;
    const range = rangeAfter(episodes.at(-1)!, next.number!);
    if (!range || range.length > 100) break;
    episodes.push(...(/[&+_]|^[ .]$/.test(after.gap) ? [Number(next.number)] : range));
    to += 1;
  }
  return { kind: 'in season', rule: '1x02', from, to, season, episodes, version: versionOf(groups.version) };
}

const SEASON = 'season|temp|saison|staffel|temporada|stagione|seizoen|sezon|сезон|시즌|シーズン';
const SEASON_WORD = new RegExp(`^(?:${SEASON})s?$`);
const SEASON_GLUED = new RegExp(`^(?:${SEASON})(?<season>\\d{1,2})$`);
const ORDINAL = /^(?<number>\d{1,2})(?:st|nd|rd|th|ª|º|e|er|ème|te)?$/;
const SEASONED = /^(?:第|제)?(?<number>\d{1,2}|[一二三四五六七八九十]{1,3})(?:[期季기]|シリーズ)$/;

/** A season alone: `S2`, `Season 2`, `2nd Season`, `Second Season`, `Season II`, `3.Staffel`, `第2期`; of several, the first. */
export function readSeason(tokens: readonly Token[], from: number): Label | null {
  const { key } = tokens[from]!;
  const next = tokens[from + 1];
  const near = next !== undefined && /^[ ._-]{1,2}$/.test(next.gap);
  const glued = /^s(?<season>\d{1,2})$/.exec(key)?.groups?.season ?? SEASON_GLUED.exec(key)?.groups?.season;
  if (glued !== undefined) return upTo(tokens, from, from + 1, Number(glued));
  const counted = SEASONED.exec(key)?.groups?.number;
  if (counted !== undefined) return { kind: 'season', from, to: from + 1, season: cjkNumber(counted) };
  if (!near) return null;
  // `Final Season 05` has an episode and no number of its own.
  if (tokens[from - 1]?.key === 'final') return null;
  if (SEASON_WORD.test(key)) {
    const spelled = spelledNumber(next.key);
    if (/^\d{1,4}$/.test(next.key)) return upTo(tokens, from, from + 2, Number(next.key));
    if (spelled > 0) return { kind: 'season', from, to: from + 2, season: spelled };
  }
  const before = ORDINAL.exec(key)?.groups?.number ?? spelledOrdinal(key);
  if (!SEASON_WORD.test(next.key) || Number(before) === 0) return null;
  // `4 Seasons` are many.
  if (next.key === 'seasons' && /^\d+$/.test(key)) return null;
  // `2 Season 3` counts with the number behind it.
  const behind = tokens[from + 2];
  if (behind && /^[ ._]$/.test(behind.gap) && /^\d/.test(behind.key) && /^\d+$/.test(key)) return null;
  return { kind: 'season', from, to: from + 2, season: Number(before) };
}

/** Takes in the further seasons of a batch: `S01-S03`, `S01+S02+S03`, `Season 1-3`. */
function upTo(tokens: readonly Token[], from: number, to: number, season: number): Label {
  let end = to;
  while (/^[-~+&]$|^ [-~+&] $/.test(tokens[end]?.gap ?? '') && /^s\d{1,2}$/.test(tokens[end]!.key)) end += 1;
  return { kind: 'season', from, to: end, season };
}
