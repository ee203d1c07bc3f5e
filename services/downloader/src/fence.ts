import { writesFenced } from '@aniworld/chassis';
import { Failure } from './failure.ts';

/** Counts a refused write; the failure ends the try without another one. */
export function fenced(what: string): Failure {
  writesFenced.inc({ what });
  return new Failure('worker_lost', 'The lease was taken over.');
}
