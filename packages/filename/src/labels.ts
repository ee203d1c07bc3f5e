import { readDate } from './date.ts';
import { readEpisode } from './episode.ts';
import type { Label } from './label.ts';
import { readNumbers } from './number.ts';
import { readSeason, readSeasonEpisode, readTimes } from './season.ts';
import { readSpecial } from './special.ts';
import { isTag, isYear, readHash, readId, readOtherCount, readTag } from './tag.ts';
import type { Token } from './token.ts';

/** What may begin at a word, the surest first: a word in an earlier one's label is none of a later one's. */
const recognisers: ((tokens: readonly Token[], from: number) => Label | null)[] = [
  readId,
  readSeasonEpisode,
  readTimes,
  readDate,
  readHash,
  readTag,
  readSeason,
  readOtherCount,
  readEpisode,
  readSpecial,
  readBareNumber,
];

/** Takes each word for what it looks like on its own, from left to right. What it means is decided elsewhere. */
export function labelWords(tokens: readonly Token[]): Label[] {
  const labels: Label[] = [];
  for (let at = 0; at < tokens.length; ) {
    const label = firstOf(tokens, at);
    if (label) labels.push(label);
    at = label ? label.to : at + 1;
  }
  return labels;
}

function firstOf(tokens: readonly Token[], at: number): Label | null {
  for (const recognise of recognisers) {
    const label = recognise(tokens, at);
    if (label) return label;
  }
  return null;
}

/** A number with no word of its own; `5-2`, `009-1` and `1.11` belong to titles. */
function readBareNumber(tokens: readonly Token[], from: number): Label | null {
  const numbers = readNumbers(tokens, from);
  if (!numbers) return null;
  let { to } = numbers;
  if (isYear(numbers.digits) && numbers.to === from + 1) return { ...numbers, kind: 'number' };
  while (/^[-.]$/.test(tokens[to]?.gap ?? '') && /^\d/.test(tokens[to]!.key) && !isTag(tokens[to]!.key)) {
    if (tokens[to]!.gap === '.' && isMark(tokens[to]!.key)) break;
    to += 1;
  }
  return to > numbers.to ? { kind: 'title number', from, to } : { ...numbers, kind: 'number' };
}

/** What may follow a number in a name with points between its words. */
const isMark = (key: string) => /^(?:\d{1,2}bits?|\d{3,5}|\d[a-z]+\d?)$/.test(key);
