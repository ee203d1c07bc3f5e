import {
  type Behaviour,
  brokenContentRange,
  clippedEnd,
  multipartPartial,
  noContentRange,
  otherTotal,
  wrongStart,
} from '@aniworld/testing';
import type { FaultCase } from '../case.ts';
import type { Lie } from './lie.ts';
import { playLies } from './play.ts';

const MIB = 1024 * 1024;
const upTo = (random: () => number, most: number) => 1 + Math.floor(random() * most);

const kinds: Record<string, (random: () => number) => Behaviour> = {
  'a part that begins earlier': (random) => wrongStart(-upTo(random, 100_000)),
  'a part that begins later': (random) => wrongStart(upTo(random, 100_000)),
  'a part that begins earlier and does not say so': (random) => wrongStart(-upTo(random, 100_000), false),
  'a part that begins later and does not say so': (random) => wrongStart(upTo(random, 100_000), false),
  'a part of another total': (random) => otherTotal(upTo(random, 1_000) - 500 || 1),
  'a part with its end clipped': (random) => clippedEnd(upTo(random, 500_000)),
  'several parts': () => multipartPartial(),
  'a part of no range': () => noContentRange(),
  'a part of a range that is none': () => brokenContentRange('bytes 9-5/3'),
};

const lies = Object.entries(kinds).flatMap(([name, kind]): Lie[] => [
  { name: `${name}, going on`, expected: 'whole', times: 3, held: 0.5, behave: () => [], after: kind },
  { name: `${name}, segments`, expected: 'whole', times: 1, size: 8 * MIB, perConnectionCap: 4 * MIB, behave: kind },
]);

/** E04 */
export const wrongParts: FaultCase = {
  id: 'E04',
  title: 'other parts than those that were asked for',
  run: (context) => playLies(context, lies),
};
