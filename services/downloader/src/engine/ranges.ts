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

/**
 * Cuts gaps into at most `pieces` pieces of about the same size, none smaller than `least` unless the gap itself is.
 * More gaps than pieces stay as they are: they are worked off one after the other.
 */
export function splitGaps(gaps: Ranges, pieces: number, least: number): Ranges {
  const share = Math.max(least, Math.ceil(sizeOf(gaps) / Math.max(1, pieces)));
  return gaps.flatMap(([start, end]) => {
    const count = Math.max(1, Math.min(pieces, Math.round((end - start) / share)));
    const step = Math.ceil((end - start) / count);
    return Array.from({ length: count }, (_, i): [number, number] => [
      start + i * step,
      Math.min(end, start + (i + 1) * step),
    ]);
  });
}
