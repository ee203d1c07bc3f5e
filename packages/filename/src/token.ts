/** A word of a name, with what stands around it. */
export interface Token {
  /** As written. */
  text: string;
  /** Lower case, without signs at its end: what recognisers compare. */
  key: string;
  at: number;
  end: number;
  /** Everything between the word before and this one, brackets too. */
  gap: string;
  /** The innermost bracket that it stands in; null outside of all. */
  bracket: Bracket | null;
}

export interface Bracket {
  open: string;
  /** Of the bracket signs themselves. */
  at: number;
  end: number;
  /** The first of its words, and the one after the last. */
  from: number;
  to: number;
  parent: Bracket | null;
}

export interface Lexed {
  text: string;
  tokens: Token[];
  brackets: Bracket[];
}

const CLOSING: Record<string, string> = {
  ']': '[',
  ')': '(',
  '}': '{',
  '】': '【',
  '」': '「',
  '』': '『',
  '》': '《',
};
const OPENING = new Set(Object.values(CLOSING));
const SEPARATORS = new Set(' \t_.,-‐‑‒–—―−~〜～+&|/=;#・★');

/** Splits a name into words. Linear; an unbalanced bracket is a separator like any other. */
export function lex(text: string): Lexed {
  const brackets = pairBrackets(text);
  const opened = new Map(brackets.map((bracket) => [bracket.at, bracket]));
  const tokens: Token[] = [];
  let bracket: Bracket | null = null;
  let end = 0;
  const add = (at: number, to: number) => {
    const word = text.slice(at, to);
    tokens.push({ text: word, key: keyOf(word), at, end: to, gap: text.slice(end, at), bracket });
    end = to;
  };
  for (let at = 0; at < text.length; ) {
    if (!isBreak(text[at]!)) {
      const to = wordEnd(text, at);
      addPieces(text.slice(at, to), at, add);
      at = to;
      continue;
    }
    const opening = opened.get(at);
    if (opening) {
      opening.parent = bracket;
      opening.from = tokens.length;
      bracket = opening;
    } else if (bracket?.end === at + 1) {
      bracket.to = tokens.length;
      bracket = bracket.parent;
    }
    at += 1;
  }
  return { text, tokens, brackets };
}

const isBreak = (sign: string) => SEPARATORS.has(sign) || OPENING.has(sign) || sign in CLOSING;

function wordEnd(text: string, at: number): number {
  let to = at + 1;
  while (to < text.length && !isBreak(text[to]!)) to += 1;
  return to;
}

const keyOf = (word: string) => word.toLowerCase().replace(/[!?:'"’…。、]{1,9}$/, '');

function pairBrackets(text: string): Bracket[] {
  const found: Bracket[] = [];
  const open: { sign: string; at: number }[] = [];
  const waiting = new Map<string, number>();
  const count = (sign: string, by: number) => waiting.set(sign, (waiting.get(sign) ?? 0) + by);
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (OPENING.has(sign)) {
      open.push({ sign, at });
      count(sign, 1);
    }
    const wanted = CLOSING[sign];
    if (wanted === undefined || !waiting.get(wanted)) continue;
    for (let last = open.pop(); last; last = open.pop()) {
      count(last.sign, -1);
      if (last.sign !== wanted) continue;
      found.push({ open: wanted, at: last.at, end: at + 1, from: 0, to: 0, parent: null });
      break;
    }
  }
  return found.sort((one, other) => one.at - other.at);
}

/** Numbers with a counter, which stand in a text without spaces: `第05話`, `12화`, `第2期`. */
const COUNTED =
  /第(?:\d{1,4}|[〇一二三四五六七八九十百]{1,4})(?:[話话集回期季巻部章]|シリーズ)?|제?\d{1,4}[话話集回期季화회기편]/g;

/** A season that is glued to its title: `KestrelS01E02`. */
const GLUED = /(?<=[a-z])S\d{2}E\d{2,5}/g;

function addPieces(word: string, at: number, add: (at: number, to: number) => void): void {
  let start = 0;
  const pieces = /[^\u0000-\u02ff]/.test(word) ? word.matchAll(COUNTED) : word.matchAll(GLUED);
  for (const match of pieces) {
    if (match.index > start) add(at + start, at + match.index);
    start = match.index + match[0].length;
    add(at + match.index, at + start);
  }
  if (start < word.length) add(at + start, at + word.length);
}
