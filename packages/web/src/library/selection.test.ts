import type { Series } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { chosenOf, isChosen, NONE, withSeries } from './selection.ts';

const shown = ['a', 'b', 'c'].map((id) => ({ id }) as Series);

it('keeps the shown ones when one is taken out of all', () => {
  expect(withSeries('all', shown, 'b', false)).toEqual(new Set(['a', 'c']));
});

it('adds to what is chosen and takes away from it', () => {
  const two = withSeries(withSeries(NONE, shown, 'a', true), shown, 'c', true);
  expect(two).toEqual(new Set(['a', 'c']));
  expect(withSeries(two, shown, 'a', false)).toEqual(new Set(['c']));
  expect([isChosen(two, 'a'), isChosen(two, 'b'), isChosen('all', 'b')]).toEqual([true, false, true]);
});

it('forgets what is no longer shown', () => {
  expect(chosenOf(new Set(['a', 'gone']), shown).map(({ id }) => id)).toEqual(['a']);
  expect(chosenOf('all', shown)).toHaveLength(3);
});
