import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addRange, gapsOf, type Ranges, sizeOf, splitGaps } from './ranges.ts';

const TOTAL = 200;
const span = fc.tuple(fc.nat(TOTAL), fc.nat(TOTAL)).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
const fill = (spans: [number, number][]) => spans.reduce<Ranges>((ranges, [s, e]) => addRange(ranges, s, e), []);
const bytes = (ranges: Ranges) => new Set(ranges.flatMap(([s, e]) => Array.from({ length: e - s }, (_, i) => s + i)));

test('a set of ranges holds exactly the bytes that were added, sorted and apart', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 30 }), (spans) => {
      const ranges = fill(spans);
      expect(bytes(ranges)).toEqual(bytes(spans));
      expect(sizeOf(ranges)).toBe(bytes(spans).size);
      for (const [i, [start, end]] of ranges.entries()) {
        expect(end).toBeGreaterThan(start);
        if (i > 0) expect(start).toBeGreaterThan(ranges[i - 1]![1]);
      }
    }),
  );
});

test('the gaps are exactly what is missing', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 10 }), (spans) => {
      const ranges = fill(spans);
      const all = [...bytes(ranges), ...bytes(gapsOf(ranges, TOTAL))].filter((byte) => byte < TOTAL);
      expect(new Set(all).size).toBe(TOTAL);
      expect(all).toHaveLength(TOTAL);
    }),
  );
});

test('splitting gaps loses and doubles nothing and begins where the first gap begins', () => {
  fc.assert(
    fc.property(
      fc.array(span, { maxLength: 6 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 50 }),
      (spans, pieces, least) => {
        const gaps = gapsOf(fill(spans), TOTAL);
        const parts = splitGaps(gaps, pieces, least);
        expect(parts.flatMap(([s, e]) => Array.from({ length: e - s }, (_, i) => s + i))).toEqual([...bytes(gaps)]);
        expect(parts[0]?.[0]).toBe(gaps[0]?.[0]);
      },
    ),
  );
});

test('a whole file is cut into as many pieces as there are connections', () => {
  expect(splitGaps([[0, 100]], 4, 10)).toEqual([
    [0, 25],
    [25, 50],
    [50, 75],
    [75, 100],
  ]);
  expect(splitGaps([[0, 100]], 4, 60)).toHaveLength(2);
});
