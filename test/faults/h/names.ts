import { NamingTemplate } from '@aniworld/contracts';
import { explainName, parseName } from '@aniworld/filename';
import { safeName } from '@aniworld/naming';
import { normaliseTitle, rankTitle } from '../../../services/catalog/src/title.ts';
import type { FaultCase } from '../case.ts';
import { quantile, rounded } from '../quantile.ts';

const STRINGS = 10_000;
const LIMIT_MS = 10;

/** Whatever reads names or titles that come from outside. */
const parsers: Record<string, (text: string) => unknown> = {
  parse_name: parseName,
  explain_name: explainName,
  normalise_title: normaliseTitle,
  rank_title: (text) => rankTitle(text, [text, text.slice(1)]),
  safe_name: (text) => safeName(text),
  naming_template: (text) => NamingTemplate.safeParse(text),
};

/** H09: no name or title, however made, takes a parser longer than 10 ms. */
export const hostileNames: FaultCase = {
  id: 'H09',
  title: '10,000 adversarial names of up to 4 KB at each parser of names and titles',
  async run({ random, times = STRINGS }) {
    const figures: Record<string, number> = { strings: times };
    const broken: string[] = [];
    const strings = Array.from({ length: times }, () => drawName(random));
    for (const [parser, parse] of Object.entries(parsers)) {
      const taken: number[] = [];
      for (const text of strings) {
        const ms = duration(parse, text, broken, parser);
        taken.push(ms);
        if (ms > LIMIT_MS) broken.push(`${parser} took ${ms.toFixed(1)} ms for ${JSON.stringify(text.slice(0, 40))}…`);
      }
      figures[`${parser}_ms_p99`] = rounded(quantile(taken, 0.99), 3);
      figures[`${parser}_ms_max`] = rounded(Math.max(...taken), 3);
    }
    return { held: broken.length === 0, figures, broken: broken.slice(0, 20) };
  },
};

/** Milliseconds; the best of three when the first is too long, because another process may have had the processor. */
function duration(parse: (text: string) => unknown, text: string, broken: string[], parser: string): number {
  let best = Infinity;
  for (let run = 0; run < 3 && best > LIMIT_MS; run++) {
    const started = performance.now();
    try {
      parse(text);
    } catch (error) {
      broken.push(`${parser} threw ${String(error)}`);
    }
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

const MOST = 4_096;
const PIECES = [
  ...[
    ' ',
    '  ',
    '.',
    '-',
    ' - ',
    '_',
    '~',
    '+',
    '&',
    '/',
    '\\',
    '#',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '【',
    '】',
    '<',
    '>',
  ],
  ...[
    'a',
    '1',
    '01',
    'S01',
    'E01',
    'S01E01',
    '1x01',
    'x',
    'v2',
    '720p',
    '第',
    '1話',
    '一',
    'Season ',
    'Ep',
    'of',
    '2021-',
  ],
  ...[
    '\0',
    '\t',
    '\n',
    '\ud800',
    '\u0301',
    '\u202e',
    '０',
    'ﬃ',
    '👩‍👩‍👧',
    "'",
    '(2021)',
    '[20',
    '{title',
    '{episode:00}',
    '.{ext}',
  ],
];

/** One piece over and over, two that don't fit, a random mix, or one long run with something at its end. */
function drawName(random: () => number): string {
  const pick = () => PIECES[Math.floor(random() * PIECES.length)]!;
  const length = 1 + Math.floor(random() * MOST);
  const fill = (piece: string) => piece.repeat(Math.ceil(length / piece.length));
  const shapes = [
    () => fill(pick()),
    () => fill(pick() + pick()),
    () => fill(pick()) + pick() + pick(),
    () => pick() + fill(pick() + pick() + pick()),
    () => Array.from({ length: Math.ceil(length / 3) }, pick).join(''),
  ];
  return shapes[Math.floor(random() * shapes.length)]!().slice(0, MOST);
}
