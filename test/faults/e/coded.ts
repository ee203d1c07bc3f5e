import { bomb, claimsCoding, coded, codedDeep, onResume } from '@aniworld/testing';
import type { FaultCase } from '../case.ts';
import type { Lie } from './lie.ts';
import { playLies } from './play.ts';

const refused = { expected: 'refused', causes: ['bad_content'] } as const;

const lies: Lie[] = [
  { name: 'gzip', ...refused, behave: () => coded('gzip') },
  { name: 'brotli', ...refused, size: 200_000, behave: () => coded('br') },
  { name: 'gzip ten times over', ...refused, times: 1, behave: () => codedDeep(10) },
  { name: 'a coding that is none', ...refused, behave: () => claimsCoding() },
  { name: 'a bomb of 1000:1', ...refused, times: 1, behave: () => bomb(64 * 1024 * 1024) },
  { name: 'a coded part', ...refused, held: 0.5, behave: () => [], after: () => onResume(coded('gzip')) },
];

/** E08 */
export const codedBodies: FaultCase = {
  id: 'E08',
  title: 'bodies in codings that were not accepted',
  run: (context) => playLies(context, lies),
};
