/**
 * A set of byte ranges, each `[start, end)`, sorted, apart from each other and never empty: what of a file is there.
 */
export type Ranges = readonly (readonly [start: number, end: number])[];

/** The set with one more range, joined with those that it touches. */
export function addRange(ranges: Ranges, start: number, end: number): Ranges {
  if (end <= start) return ranges;
  const before = ranges.filter(([, e]) => e < start);
  const after = ranges.filter(([s]) => s > end);
  const touched = ranges.filter(([s, e]) => e >= start && s <= end);
  const joined = touched.reduce<[number, number]>(([s, e], [a, b]) => [Math.min(s, a), Math.max(e, b)], [start, end]);
  return [...before, joined, ...after];
}

/** Bytes in the set. */
export function sizeOf(ranges: Ranges): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** What of `[0, total)` is not in the set. */
export function gapsOf(ranges: Ranges, total: number): Ranges {
  const gaps: [number, number][] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    if (start > at) gaps.push([at, Math.min(start, total)]);
    at = Math.max(at, end);
  }
  if (at < total) gaps.push([at, total]);
  return gaps.filter(([start, end]) => end > start);
}

/** Bytes of the set that end right before `at`. */
export function heldBefore(ranges: Ranges, at: number): number {
  const range = ranges.find(([start, end]) => start < at && end >= at);
  return range ? at - range[0] : 0;
}

/** Bytes of the set that begin at `at`. */
export function heldAfter(ranges: Ranges, at: number): number {
  const range = ranges.find(([start, end]) => start <= at && end > at);
  return range ? range[1] - at : 0;
}
