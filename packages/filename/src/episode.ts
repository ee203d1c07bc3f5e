import type { Label } from './label.ts';
import { rangeAfter, readNumbers } from './number.ts';
import { cjkNumber } from './numeral.ts';
import type { Token } from './token.ts';

const WORDS =
  'ep|eps|epi|episode|episodes|episodio|episódio|épisode|epizod|folge|folgen|cap|capitulo|capítulo|capitolo|серия|серии|эпизод|odcinek|odc|avsnitt|aflevering|bölüm|tập';
const WORD = new RegExp(`^(?:${WORDS})$`);
const GLUED = new RegExp(`^(?:${WORDS})(?<number>\\d{1,5})(?:v(?<version>\\d)|(?<letter>[a-f]))?$`);
const E = /^e(?<number>\d{2,5})(?:v(?<version>\d)|(?:e\d{2,5}){1,20})?$/;

/** A number that is called an episode: `Episode 2`, `Ep. 1-5`, `ep1`, `E66`, `#04`, `20 of 25`, `第05話`, `Cap.402`. */
export function readEpisode(tokens: readonly Token[], from: number): Label | null {
  return (
    readWord(tokens, from) ??
    readMarked(tokens, from) ??
    readCounted(tokens, from) ??
    readOf(tokens, from) ??
    readBehind(tokens, from)
  );
}

function readWord(tokens: readonly Token[], from: number): Label | null {
  const { key } = tokens[from]!;
  const next = tokens[from + 1];
  const chapter = /^cap(?:\d|$)/.test(key) ? readChapter(tokens, from) : null;
  if (chapter) return chapter;
  if (WORD.test(key) && next && /^(?:[ _-]?#?|[ ._+]{1,2}|: )$/.test(next.gap)) {
    const numbers = readNumbers(tokens, from + 1);
    return numbers && { ...goOn(tokens, numbers), kind: 'episode', rule: 'Episode 2', from };
  }
  return readGlued(tokens, from);
}

function readGlued(tokens: readonly Token[], from: number): Label | null {
  const { key } = tokens[from]!;
  const groups = (GLUED.exec(key) ?? E.exec(key) ?? shortE(tokens, from))?.groups;
  if (!groups) return null;
  const row = [...key.matchAll(/e(\d{2,5})/g)].map(([, digits]) => Number(digits));
  if (row.length > 1) {
    const numbers = { numbers: row, text: null, version: null, digits: String(row[0]) };
    return { ...numbers, kind: 'episode', rule: 'Episode 2', from, to: from + 1 };
  }
  // Read again as if the word stood apart, so that ranges, decimals and versions are the same everywhere.
  const digits = /\d.*$/.exec(key)![0];
  const apart = tokens.with(from, { ...tokens[from]!, key: digits, text: digits }).slice(from, from + 12);
  const numbers = readNumbers(apart, 0);
  if (!numbers) return null;
  return { ...goOn(tokens, { ...numbers, to: numbers.to + from }), kind: 'episode', rule: 'Episode 2', from };
}

/** `Title - E7`: one digit needs a dash before and an end behind it; `E7` may be a name. */
function shortE(tokens: readonly Token[], from: number): RegExpExecArray | null {
  const after = tokens[from + 1];
  const stands = tokens[from]!.gap.endsWith(' - ') && (!after || /^ ?[[(]|^ - /.test(after.gap));
  return stands ? /^e(?<number>\d)(?:v\d)?$/.exec(tokens[from]!.key) : null;
}

/** The last of a range with its own word, `Ep01-Ep03`, `E05 - E06`, or apart, `Ep 7 - 8` before an end. */
function goOn<Numbered extends { to: number; numbers: number[]; digits: string }>(
  tokens: readonly Token[],
  numbers: Numbered,
): Numbered {
  const after = tokens[numbers.to];
  const last = numbers.numbers.at(-1);
  const further = tokens[numbers.to + 1];
  const ends = !further || /[[({]|^ - $/.test(further.gap);
  const apart =
    after?.gap === ' - ' && ends && numbers.numbers.length === 1 ? /^\d{1,4}$/.exec(after.key)?.[0] : undefined;
  const digits = /^(?:e|ep)(\d{1,5})$/.exec(after?.key ?? '')?.[1] ?? apart;
  if (digits === undefined || last === undefined || !/^[ ._]?[-~&+]?[ ._]?$/.test(after!.gap)) return numbers;
  const more = rangeAfter(last, digits);
  return more ? { ...numbers, to: numbers.to + 1, numbers: [...numbers.numbers, ...more] } : numbers;
}

/** `Cap.402` of Spanish releases: season 4, episode 2. */
function readChapter(tokens: readonly Token[], from: number): Label | null {
  const glued = /^cap(\d{3,4})$/.exec(tokens[from]!.key)?.[1];
  const next = tokens[from + 1];
  const digits = glued ?? (next && /^[ ._]{1,2}$/.test(next.gap) && /^\d{3,4}$/.test(next.key) ? next.key : undefined);
  if (digits === undefined) return null;
  const to = from + (glued === undefined ? 2 : 1);
  const season = Number(digits.slice(0, -2));
  const first = Number(digits.slice(-2));
  const after = tokens[to];
  const last = after && /^[-_]$/.test(after.gap) && /^\d{3,4}$/.test(after.key) ? after.key : undefined;
  const more = last !== undefined && Number(last.slice(0, -2)) === season ? rangeAfter(first, last.slice(-2)) : null;
  const episodes = [first, ...(more ?? [])];
  return { kind: 'in season', rule: 'Cap.402', from, to: more ? to + 1 : to, season, episodes, version: null };
}

/** `#01v2`, `# 4`, `#1-4`. */
function readMarked(tokens: readonly Token[], from: number): Label | null {
  if (!/# ?$/.test(tokens[from]!.gap)) return null;
  const numbers = readNumbers(tokens, from);
  return numbers && { ...numbers, kind: 'episode', rule: '#02' };
}

const COUNTED = /^(?:第|제)?(?<number>\d{1,4}|[〇一二三四五六七八九十]{1,3})(?:[話话集回화회편])$/;
const COUNTED_FIRST = /^第(?<number>\d{1,4})$/;
const COUNTED_LAST = /^(?<number>\d{1,4})[話话集回]$/;

/** `第05話`, `12话`, `第01-12話`, `第十二話`. */
function readCounted(tokens: readonly Token[], from: number): Label | null {
  const { key } = tokens[from]!;
  const start = { kind: 'episode', rule: '第2話', from, text: null, version: null } as const;
  const number = COUNTED.exec(key)?.groups?.number;
  if (number !== undefined)
    return { ...start, ...versionAfter(tokens, from + 1), numbers: [cjkNumber(number)], digits: number };
  const first = COUNTED_FIRST.exec(key)?.groups?.number;
  if (first === undefined) return null;
  const next = tokens[from + 1];
  const last = COUNTED_LAST.exec(next?.key ?? '')?.groups?.number;
  const more = last !== undefined && /^[-~～〜]$/.test(next!.gap) ? rangeAfter(Number(first), last) : null;
  return { ...start, to: from + (more ? 2 : 1), numbers: [Number(first), ...(more ?? [])], digits: first };
}

function versionAfter(tokens: readonly Token[], to: number): { to: number; version: number | null } {
  const version = tokens[to]?.gap === '' ? /^v(\d)$/.exec(tokens[to].key)?.[1] : undefined;
  return version === undefined ? { to, version: null } : { to: to + 1, version: Number(version) };
}

/** `5 серия`, `5. Bölüm`. */
function readBehind(tokens: readonly Token[], from: number): Label | null {
  const [{ key }, next] = [tokens[from]!, tokens[from + 1]];
  if (!/^\d{1,4}$/.test(key) || !/^(?:серия|серии|эпизод|bölüm)$/.test(next?.key ?? '')) return null;
  const number = { numbers: [Number(key)], text: null, version: null, digits: key };
  return { ...number, kind: 'episode', rule: 'Episode 2', from, to: from + 2 };
}

/** `20 of 25`, `1of6`. */
function readOf(tokens: readonly Token[], from: number): Label | null {
  const { key } = tokens[from]!;
  const start = { kind: 'episode', rule: '2 of 12', from, text: null, version: null } as const;
  const glued = /^(\d{1,3})(?:of|de)\d{1,3}$/.exec(key)?.[1];
  if (glued !== undefined) return { ...start, to: from + 1, numbers: [Number(glued)], digits: glued };
  const [of, total] = [tokens[from + 1], tokens[from + 2]];
  if (!/^\d{1,3}$/.test(key) || of?.key !== 'of' || !/^\d{1,3}$/.test(total?.key ?? '')) return null;
  if (Number(key) > Number(total!.key)) return null;
  return { ...start, to: from + 3, numbers: [Number(key)], digits: key };
}
