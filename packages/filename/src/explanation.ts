import type { NamePart } from '@aniworld/contracts';
import type { Label } from './label.ts';
import type { Names } from './title.ts';
import type { Lexed } from './token.ts';
import type { Verdict } from './verdict.ts';

/** Each run of words in order, with what it was taken for. Words that mean nothing are said to be so. */
export function describe(
  { text, tokens }: Lexed,
  labels: readonly Label[],
  verdict: Verdict,
  names: Names,
): NamePart[] {
  const parts: NamePart[] = [];
  for (let at = 0; at < tokens.length; ) {
    const label = labels.find(({ from }) => from === at);
    const next = labels.find(({ from }) => from > at)?.from ?? tokens.length;
    const bracket = tokens[at]!.bracket;
    const change = tokens.findIndex((token, index) => index > at && token.bracket !== bracket);
    const to = label ? label.to : Math.min(next, change < 0 ? tokens.length : change);
    const part = text.slice(tokens[at]!.at, tokens[to - 1]!.end);
    parts.push({ text: part, taken_for: label ? meaning(label, verdict) : wordsOf(part, bracket !== null, names) });
    at = to;
  }
  return parts;
}

function wordsOf(part: string, bracketed: boolean, { title, episodeTitle, group }: Names): string {
  const plain = (one: string | null) => (one ?? '').replaceAll(/[\s_.+-]+/g, ' ');
  const words = plain(part);
  if (bracketed && group?.includes(part)) return 'group';
  if (plain(title).includes(words)) return 'title';
  if (plain(episodeTitle).includes(words)) return 'title of the episode';
  return plain(group).includes(words) ? 'group' : 'words';
}

function meaning(label: Label, verdict: Verdict): string {
  const used = verdict.used.includes(label);
  switch (label.kind) {
    case 'in season':
      return `season ${label.season}, episode ${label.episodes.join(', ')}${used ? '' : ', not used'}`;
    case 'season':
      return `season ${label.season}${used ? '' : ', not used'}`;
    case 'episode':
    case 'number':
    case 'special': {
      const kind = label.kind === 'special' ? label.type : 'number';
      const numbers = label.text ?? label.numbers.join(', ');
      return used ? `${kind} ${numbers}, by the rule “${verdict.rule}”` : `${kind} ${numbers}, not used`;
    }
    case 'date':
      return used ? `day ${label.date}` : `day ${label.date}, not used`;
    case 'part':
      return `part ${label.number}`;
    case 'version':
      return `version ${label.version}`;
    case 'id':
      return `id of ${label.site}`;
    case 'type':
      return label.type;
    case 'tag':
      return 'how it was made';
    case 'noise':
      return 'volume or disc';
    case 'title number':
      return 'number of a title';
    case 'hash':
      return 'random signs';
    default:
      return label.kind;
  }
}
