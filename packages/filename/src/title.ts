import type { Label } from './label.ts';
import type { Bracket, Lexed } from './token.ts';
import type { Verdict } from './verdict.ts';

/** The words of a name that are no marks. */
export interface Names {
  title: string | null;
  episodeTitle: string | null;
  group: string | null;
}

/** Labels that end a title wherever they stand. */
const ENDING = new Set<Label['kind']>(['tag', 'resolution', 'crc32', 'id', 'date', 'noise', 'in season', 'year']);

export function namesOf(lexed: Lexed, labels: readonly Label[], verdict: Verdict): Names {
  const marks = new Set<Label>([...verdict.used, ...labels.filter(({ kind }) => ENDING.has(kind))]);
  const group = groupOf(lexed, labels, marks);
  const start = startOf(lexed, marks);
  const end = Math.min(firstMark(lexed, labels, marks, start), groupAfter(group, start));
  const whole = textBetween(lexed, start, end);
  const title = leadingNumber(lexed, verdict) ? behindNumber(whole) : named(whole);
  return {
    title: whole === null ? bracketTitle(lexed, marks, group?.bracket ?? null) : title.title,
    episodeTitle: title.rest ?? episodeTitle(lexed, labels, verdict),
    group: group?.text ?? null,
  };
}

interface Split {
  title: string | null;
  rest: string | null;
}

/** Of a title in two languages the one behind the slash. */
function named(whole: string | null): Split {
  const title =
    whole
      ?.split(' / ')
      .at(-1)
      ?.replace(/ \(TV\)$/i, '') ?? null;
  return { title: title || whole, rest: null };
}

/** Whether the numbers stand before all words: then what follows is a title of an episode, or both titles with a dash between. */
function leadingNumber({ tokens }: Lexed, { used }: Verdict): Label | undefined {
  return used.find(({ from, to, kind }) => from === 0 && (kind === 'in season' || /-/.test(tokens[to]?.gap ?? '')));
}

function behindNumber(whole: string | null): Split {
  const dash = whole?.indexOf(' - ') ?? -1;
  return dash < 0 ? { title: null, rest: whole } : { title: whole!.slice(0, dash), rest: whole!.slice(dash + 3) };
}

const groupAfter = (group: Group | null, start: number) =>
  group?.bracket && group.bracket.from > start ? group.bracket.from : Infinity;

/** The first word of the title: after brackets at the start, and after a number that stands before everything. */
function startOf({ tokens }: Lexed, marks: ReadonlySet<Label>): number {
  let start = 0;
  for (;;) {
    const token = tokens[start];
    if (!token) return start;
    const mark = [...marks].find(({ from, kind }) => from === start && kind !== 'year');
    const top = topOf(token.bracket);
    if (mark && start === leadingEnd(tokens, start))
      start = Math.max(mark.to, top && !QUOTES.has(top.open) ? top.to : 0);
    else if (top && QUOTES.has(top.open)) return start;
    else if (top && top.from === start) start = top.to;
    else return start;
  }
}

const QUOTES = new Set(['「', '『', '《', '{']);

/** Whether nothing but brackets stands before a word. */
function leadingEnd(tokens: Lexed['tokens'], at: number): number {
  return tokens.slice(0, at).every((token) => token.bracket !== null || /^\d/.test(token.key)) ? at : -1;
}

function topOf(bracket: Bracket | null): Bracket | null {
  let top = bracket;
  while (top?.parent) top = top.parent;
  return top;
}

/** The first mark after the start, or the end; a bracket with a mark in it counts from its first word. */
function firstMark({ tokens }: Lexed, labels: readonly Label[], marks: ReadonlySet<Label>, start: number): number {
  let first = tokens.length;
  for (const label of labels) {
    const apart = label.kind === 'type' && /-/.test(tokens[label.from]!.gap);
    if (label.from < start || !(apart || marks.has(label))) continue;
    const top = topOf(tokens[label.from]!.bracket);
    first = Math.min(first, top && top.from > start ? top.from : label.from);
  }
  return first;
}

/** The words from one to another as written, without signs at the ends. Null when there are none. */
function textBetween({ text, tokens, brackets }: Lexed, from: number, to: number): string | null {
  const first = tokens[from];
  const last = tokens[to - 1];
  if (!first || !last || to <= from) return null;
  const within = (at: number, end: number) =>
    brackets.filter((one) => one.from >= from && one.to <= to && one.at >= at && one.end <= end);
  const opening = brackets.find(
    (one) => one.from === from && one.to > one.from && one.to <= to && /^[「『(]$/.test(one.open),
  );
  const closing = brackets.find((one) => one.to === to && one.to > one.from && (one.from > from || one === opening));
  const start = opening && within(opening.at, text.length).length > 0 ? opening.at : first.at;
  let end = closing ? Math.max(last.end, closing.end) : last.end;
  // A full stop, or the wave that closes `~a name~`.
  const tail = /^[.~〜]+/.exec(text.slice(end, end + 3))?.[0] ?? '';
  if ((tail === '.' && text[end + 1] === ' ') || (/^[~〜]/.test(tail) && /[~〜]/.test(text.slice(start, end))))
    end += 1;
  const plain = spaced(text.slice(start, end), text);
  return plain.replace(/^[\s_.,~+&|/=;#-]+|[\s_,+&|/=;#-]+$/g, '') || null;
}

/** Spaces instead of the name's own separator. */
function spaced(part: string, whole: string): string {
  if (part.includes(' ')) return part.replaceAll(/[_\s]+/g, ' ');
  if (part.includes('_')) return part.replaceAll(/_+/g, ' ');
  const dots = part.match(/\./g)?.length ?? 0;
  if (dots > 1 || (dots === 1 && !/[ _]/.test(whole)))
    return part.replaceAll(/(?<!\.)\.(?!\.)/g, ' ').replaceAll(/ {2,}/g, ' ');
  if (part.includes('+')) return part.replaceAll('+', ' ');
  return (part.match(/-/g)?.length ?? 0) > 1 && !/[ _.]/.test(whole.slice(0, part.length + 1))
    ? part.replaceAll('-', ' ')
    : part;
}

/** The title of `[Group][Title][01]`: the first bracket after the group's without marks, or the group's when it is alone. */
function bracketTitle(lexed: Lexed, marks: ReadonlySet<Label>, group: Bracket | null): string | null {
  const { tokens, brackets } = lexed;
  const plain = brackets.filter((bracket) => {
    if (
      bracket.parent ||
      bracket.to <= bracket.from ||
      isNotice(tokens.slice(bracket.from, bracket.to).map(({ key }) => key))
    )
      return false;
    return ![...marks].some((mark) => mark.from === bracket.from);
  });
  const before = Math.min(...[...marks].map(({ from }) => from), tokens.length);
  const outside = tokens[before]?.bracket === null;
  const titles = plain.filter((bracket) => bracket !== group && bracket.from <= before);
  const chosen =
    titles.findLast(({ open }) => open !== '(') ??
    titles[0] ??
    (outside && plain[0] === group && group && before >= group.to ? group : undefined);
  if (!chosen) return null;
  const end = Math.min(chosen.to, ...[...marks].map(({ from }) => from).filter((from) => from > chosen.from));
  return textBetween(lexed, chosen.from, end);
}

/** `10月新番`: which season's news it is. */
const isNotice = (keys: readonly string[]) => keys.some((key) => key.endsWith('新番'));

interface Group {
  text: string;
  bracket: Bracket | null;
}

/** Who made the release: the bracket before the title, else what stands behind the last hyphen, else a bracket at the end. */
function groupOf(lexed: Lexed, labels: readonly Label[], marks: ReadonlySet<Label>): Group | null {
  const { text, tokens, brackets } = lexed;
  const used = (bracket: Bracket) =>
    labels.some(({ from, kind }) => marksGroup(kind) && from >= bracket.from && from < bracket.to);
  const outer = brackets.filter((bracket) => !bracket.parent && '[【('.includes(bracket.open));
  const groupIn = (bracket: Bracket): Group => ({ text: text.slice(bracket.at + 1, bracket.end - 1).trim(), bracket });
  const leading = outer.find((bracket) => bracket.from === 0 && bracket.open !== '(' && bracket.to > 0);
  if (leading && (!used(leading) || (leading.to < tokens.length && ![...marks].some((mark) => mark.from === 0))))
    return groupIn(leading);
  const behind = tokens.length > 1 ? tokens.at(-1)! : undefined;
  const lastMark = Math.max(-1, ...[...marks].map(({ to }) => to));
  if (
    behind &&
    behind.bracket === null &&
    lastMark > 0 &&
    /-[_ ]?$/.test(behind.gap) &&
    !labels.some(({ from }) => from === tokens.length - 1)
  )
    return { text: behind.text, bracket: null };
  const inner = outer.findLast((bracket) => bracket.open === '[' && bracket.to > bracket.from && !used(bracket));
  return inner ? groupIn(inner) : null;
}

const marksGroup = (kind: Label['kind']) =>
  kind !== 'number' && kind !== 'title number' && kind !== 'type' && kind !== 'part';

/** What follows the numbers up to the next mark. */
function episodeTitle(lexed: Lexed, labels: readonly Label[], { used, rule }: Verdict): string | null {
  if (rule === null || used.length === 0) return null;
  const { tokens } = lexed;
  const from = Math.max(...used.filter(({ kind }) => kind !== 'season').map(({ to }) => to), 0);
  const stops = labels.filter((label) => label.from >= from && (ENDING.has(label.kind) || label.kind === 'version'));
  let to = Math.min(tokens.length, ...stops.map((label) => topOf(tokens[label.from]!.bracket)?.from ?? label.from));
  const behind = tokens.findIndex(({ bracket }, at) => at >= from && at < to && topOf(bracket)?.open === '[');
  if (behind >= 0) to = behind;
  if (from === 0 || ((tokens[from]?.bracket ?? null) !== null && topOf(tokens[from]!.bracket)?.open !== '「'))
    return null;
  return textBetween(lexed, from, to);
}
