import type { Label } from './label.ts';
import { kindOf } from './special.ts';
import type { Lexed } from './token.ts';

/** Where a label stands in its name. */
export interface Place {
  /** Nothing else in its bracket, but for a word like END. */
  alone: boolean;
  open: string | null;
  /** No word of a title before it; brackets don't count. */
  leading: boolean;
  /** Nothing before it at all. */
  first: boolean;
  /** A dash with space around it before. */
  dashBefore: boolean;
  dashAfter: boolean;
  /** Behind it comes the end, a bracket, or a word of the release. */
  ends: boolean;
}

const DASH_BEFORE = /[\s_.)\]}】」][-‐‑‒–—―−]{1,2}[\s_.]*[([【]?$/;
const DASH_AFTER = /^[\s_.)\]】]*[-‐‑‒–—―−]{1,2}(?:[\s_.([【]|$)/;
const ENDINGS = new Set(['end', 'fin', 'final', 'finale', 'raw', '完', '完结', '完結', '合集', '全集']);

export function placeOf({ text, tokens }: Lexed, labels: readonly Label[], label: Label): Place {
  const { bracket } = tokens[label.from]!;
  const before = tokens[label.from]!.gap;
  const next = tokens[label.to];
  const after = next ? next.gap : text.slice(tokens[label.to - 1]!.end);
  let to = next && ENDINGS.has(next.key) && next.gap.length <= 2 ? label.to + 1 : label.to;
  while (tokens[to]?.gap === '+' && kindOf(tokens[to]!.key) !== undefined) to += 1;
  const follower = labels.find(({ from }) => from === to);
  return {
    alone: bracket !== null && bracket.from === label.from && bracket.to <= to && bracket.to >= label.to,
    open: bracket?.open ?? null,
    leading: !tokens.some(({ bracket: one }, at) => one === null && at < label.from),
    first: label.from === 0,
    dashBefore: DASH_BEFORE.test(label.from === 0 ? ` ${before}` : before),
    dashAfter: DASH_AFTER.test(after),
    ends:
      to >= tokens.length ||
      (tokens[to]!.bracket !== bracket && /[([{【「』》)\]】]/.test(tokens[to]!.gap)) ||
      ['tag', 'resolution', 'crc32', 'type', 'part'].includes(follower?.kind ?? '') ||
      (follower?.kind === 'special' && tokens[to]!.gap !== '.'),
  };
}
