import type { Numbers } from './label.ts';
import { isTag } from './tag.ts';
import type { Token } from './token.ts';

/** A range of more episodes than this is not one file, nor a batch that anybody means. */
const MOST_EPISODES = 1_500;

const NUMBER = /^(?<digits>\d{1,5})(?:v(?<version>\d)|(?<letter>[a-f])|(?:end|fin|final))?$/;

/**
 * The numbers that begin at a word: one, a range (`01-03`, `01~10`), a list (`01+02`), with versions, a decimal (`17.5`) or a
 * letter (`01b`). Null when the word is no number, or is a part of something like `5-2` or `1.11`.
 */
export function readNumbers(tokens: readonly Token[], from: number): Numbers | null {
  const first = NUMBER.exec(tokens[from]?.key ?? '')?.groups;
  if (!first) return null;
  const digits = first.digits!;
  const version = first.version === undefined ? null : Number(first.version);
  if (first.letter !== undefined) return { from, to: from + 1, numbers: [], text: tokens[from]!.text, version, digits };
  const decimal = version === null ? decimalAt(tokens, from, digits) : null;
  if (decimal !== null) {
    const own = /v(\d)$/.exec(tokens[from + 1]!.key)?.[1];
    const numbers = { from, to: from + 2, numbers: [decimal], text: null, version: own ? Number(own) : null, digits };
    return withVersion(tokens, numbers);
  }
  return withVersion(
    tokens,
    extend(tokens, { from, to: from + 1, numbers: [Number(digits)], text: null, version, digits }),
  );
}

/** `07.5`: one digit behind a point. Behind two, as in `1.11`, it is a part of a title. */
function decimalAt(tokens: readonly Token[], from: number, digits: string): number | null {
  const after = tokens[from + 1];
  if (after?.gap !== '.' || !/^\d(?:v\d)?$/.test(after.key) || tokens[from + 2]?.gap === '.') return null;
  return Number(`${digits}.${after.key[0]}`);
}

function withVersion(tokens: readonly Token[], numbers: Numbers): Numbers {
  const after = tokens[numbers.to];
  const version = /^v(\d)$/.exec(after?.key ?? '')?.[1];
  if (version === undefined || !/^[ _.]?$/.test(after!.gap)) return numbers;
  return { ...numbers, to: numbers.to + 1, version: Number(version) };
}

/** Takes in what a hyphen, tilde, plus or ampersand joins to the first number. */
function extend(tokens: readonly Token[], numbers: Numbers): Numbers {
  let { to, version } = numbers;
  const all = [...numbers.numbers];
  for (let after = tokens[to]; after; after = tokens[to]) {
    const spelled = all.length === 1 ? spelledRange(tokens, to, numbers.digits) : null;
    if (spelled) return { ...numbers, to: to + 2, numbers: [...all, ...spelled] };
    const next = NUMBER.exec(after.key)?.groups;
    const join = joinOf(after.gap, all.length > 1 || isPadded(numbers.digits));
    if (!next || next.letter !== undefined || join === null) break;
    if (/^(?:wide|,)$/.test(join) && next.digits!.length !== numbers.digits.length) break;
    if (join === 'wide' && !isBatch(tokens, numbers, to)) break;
    const more =
      join === '+' || join === ',' ? [Number(next.digits)] : rangeAfter(all.at(-1)!, next.digits!, numbers.digits);
    if (!more) break;
    all.push(...more);
    if (next.version !== undefined) version ??= Number(next.version);
    to += 1;
  }
  return { ...numbers, to, version, numbers: all };
}

/** `Title 01 - 12 [BD]`, `Title - 07 - 08`; the 02 of `Title 02 - 12` and the 00 of `Title 00 - 12` belong to the title. */
function isBatch(tokens: readonly Token[], { from, digits }: Numbers, last: number): boolean {
  const after = tokens[last + 1];
  const ends = !after || after.bracket !== tokens[last]!.bracket || /[[(【]/.test(after.gap) || isTag(after.key);
  return ends && (Number(digits) === 1 || /[ _][-–]|[([]/.test(tokens[from]!.gap));
}

/** `01 to 03`; `5 to 9` is a title. */
function spelledRange(tokens: readonly Token[], at: number, digits: string): number[] | null {
  const last = tokens[at + 1]?.key ?? '';
  if (tokens[at]!.key !== 'to' || digits.length < 2 || last.length !== digits.length || !/^\d+$/.test(last))
    return null;
  return rangeAfter(Number(digits), last, digits);
}

export const isPadded = (digits: string) => digits.length > 1 && digits.startsWith('0');

/** How the number after a gap goes on from the one before; null when it doesn't. */
function joinOf(gap: string, padded: boolean): '-' | 'wide' | '+' | ',' | null {
  if (/^[-‐‑–~〜～]$/.test(gap) || /^[ _][~〜～][ _]$/.test(gap)) return '-';
  if (padded && /^[ _][-–][ _]$/.test(gap)) return 'wide';
  if (padded && gap === ', ') return ',';
  return /^(?:\+|&|[ _][+&][ _])$/.test(gap) ? '+' : null;
}

/** What comes after `last` up to `digits`; null when that is not further up, or written in another way. */
export function rangeAfter(last: number, digits: string, before = ''): number[] | null {
  const to = Number(digits);
  // `2-05` is a season and an episode, and `01-3` a scene.
  if (isPadded(digits) && digits.length !== before.length && before !== '') return null;
  if (isPadded(before) && digits.length < before.length) return null;
  if (to <= last || to - last > MOST_EPISODES) return null;
  return Array.from({ length: to - last }, (_, index) => last + 1 + index);
}
