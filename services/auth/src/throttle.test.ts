import fc from 'fast-check';
import { expect, it } from 'vitest';
import { waitAfter } from './throttle.ts';

it('lets ten failures pass, then doubles the wait up to half a minute', () => {
  expect([1, 10, 11, 12, 13, 14, 15, 16, 17].map(waitAfter)).toEqual([0, 0, 1, 2, 4, 8, 16, 30, 30]);
});

it('never shortens the wait and never exceeds half a minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (fails) => {
      expect(waitAfter(fails + 1)).toBeGreaterThanOrEqual(waitAfter(fails));
      expect(waitAfter(fails)).toBeLessThanOrEqual(30);
    }),
  );
});
