import { type LengthLie, wrongLength } from '@aniworld/testing';
import type { FaultCase } from '../case.ts';
import type { Lie } from './lie.ts';
import { playLies } from './play.ts';

const lie = (kind: LengthLie, expected: Lie['expected'], causes: string[] = []): Lie => ({
  name: `Content-Length ${kind.replace('_', ' ')}`,
  expected,
  causes,
  times: 2,
  behave: () => wrongLength(kind),
});

const lies: Lie[] = [
  lie('short', 'refused', ['bad_content', 'network']),
  lie('long', 'refused', ['network']),
  lie('negative', 'refused', ['bad_content']),
  lie('garbage', 'refused', ['bad_content']),
  lie('duplicated', 'refused', ['bad_content']),
  lie('repeated', 'whole'),
  lie('with_chunked', 'whole'),
];

/** E02 */
export const wrongLengths: FaultCase = {
  id: 'E02',
  title: 'Content-Length too short, too long, negative, no number, said twice, beside chunks',
  run: (context) => playLies(context, lies),
};
