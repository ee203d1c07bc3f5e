import { changesAfter, type EntityChange, validators } from '@aniworld/testing';
import type { FaultCase } from '../case.ts';
import type { Lie } from './lie.ts';
import { playLies } from './play.ts';

const MIB = 1024 * 1024;
const known: Record<string, EntityChange['validators']> = {
  'a new ETag': 'strong',
  'a new weak ETag': 'weak',
  'a new date': 'date',
  'nothing to know it by': 'none',
  'the same ETag': 'stale',
};

const lies = Object.entries(known).flatMap(([name, kind]): Lie[] => [
  {
    name: `another file of the same length with ${name}, going on`,
    expected: 'replaced',
    held: 0.5,
    behave: () => (kind === 'strong' || kind === 'stale' ? [] : validators(kind)),
    after: (_, file) => changesAfter(0, { seed: `${file.seed}-new`, validators: kind }),
  },
  {
    name: `another file of the same length with ${name}, segments`,
    // Without a strong validator one connection fetches it, and that one never meets the new file.
    expected: kind === 'strong' || kind === 'stale' || kind === 'date' ? 'replaced' : 'whole',
    times: 1,
    size: 10 * MIB,
    perConnectionCap: 4 * MIB,
    behave: (_, file) => changesAfter(1, { seed: `${file.seed}-new`, validators: kind }),
  },
]);

/** E05 */
export const changedFiles: FaultCase = {
  id: 'E05',
  title: 'the file changes between two requests, its length doesn’t',
  run: (context) => playLies(context, lies),
};
