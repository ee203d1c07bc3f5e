import { type Unsatisfiable, unsatisfiable } from '@aniworld/testing';
import type { FaultCase } from '../case.ts';
import type { Lie } from './lie.ts';
import { playLies } from './play.ts';

const kinds: Record<string, Unsatisfiable> = {
  '416 with the true size': {},
  '416 with 50 bytes more': { total: 50 },
  '416 with 50 bytes less': { total: -50 },
  '416 without a size': { total: 'none' },
  '416 with a page': { page: true },
};

const lies = Object.entries(kinds).flatMap(([name, kind]): Lie[] => [
  { name: `${name}, half held`, expected: 'whole', held: 0.5, behave: () => [], after: () => unsatisfiable(kind) },
  {
    name: `${name}, nearly all held`,
    expected: 'whole',
    held: 0.9999,
    behave: () => [],
    after: () => unsatisfiable(kind),
  },
]);

/** E06 */
export const unsatisfied: FaultCase = {
  id: 'E06',
  title: '416 for parts that are there',
  run: (context) => playLies(context, lies),
};
