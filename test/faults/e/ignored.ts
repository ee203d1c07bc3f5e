import { afterRequests, ignoresRangeOnResume, noRanges } from '@aniworld/testing';
import type { FaultCase } from '../case.ts';
import type { Lie } from './lie.ts';
import { playLies } from './play.ts';

const MIB = 1024 * 1024;
const segmented = { size: 10 * MIB, perConnectionCap: 4 * MIB };

const lies: Lie[] = [
  { name: 'ranges ignored when it goes on', expected: 'whole', held: 0.6, behave: () => [], after: () => noRanges() },
  { name: 'ranges ignored', expected: 'whole', behave: () => noRanges() },
  { name: 'ranges ignored by segments', expected: 'whole', ...segmented, behave: () => ignoresRangeOnResume() },
  {
    name: 'ranges ignored from some time on',
    expected: 'whole',
    ...segmented,
    behave: () => afterRequests(2, noRanges()),
  },
];

/** E03 */
export const ignoredRanges: FaultCase = {
  id: 'E03',
  title: 'the whole file in place of a part',
  run: (context) => playLies(context, lies),
};
