import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addRange, gapsOf, heldAfter, heldBefore, type Ranges, sizeOf } from './ranges.ts';

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

test('what is held before and after a byte is what touches it', () => {
  const ranges: Ranges = [
    [10, 20],
    [30, 40],
  ];
  expect([10, 15, 20, 25, 40].map((at) => heldBefore(ranges, at))).toEqual([0, 5, 10, 0, 10]);
  expect([9, 10, 15, 20, 39].map((at) => heldAfter(ranges, at))).toEqual([0, 10, 5, 0, 1]);
});
