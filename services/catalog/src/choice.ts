import type { Confidence } from '@aniworld/contracts';

/** Which of several files of one episode is the episode's, and why. */
export interface Contender {
  path: string;
  size: number;
  /** Lines of the picture, as the name says. */
  resolution: number | null;
  version: number | null;
  confidence: Confidence | null;
}

export interface Choice<File> {
  chosen: File;
  /** Why the chosen one is better than this one, for the user. */
  why: (other: Contender) => string;
}

interface Criterion {
  /** More is better; null when the file doesn't say. */
  of: (file: Contender) => number | null;
  why: (chosen: Contender, other: Contender) => string;
}

const CRITERIA: Criterion[] = [
  { of: ({ confidence }) => Number(confidence === 'person'), why: () => 'a person chose it' },
  { of: ({ confidence }) => Number(confidence === 'download'), why: () => 'it was downloaded for this episode' },
  {
    of: ({ resolution }) => resolution,
    why: (chosen, other) => `its picture has ${chosen.resolution} lines, not ${other.resolution}`,
  },
  {
    of: ({ version }) => version ?? 1,
    why: (chosen, other) => `it is version ${chosen.version ?? 1}, not ${other.version ?? 1}`,
  },
  { of: ({ size }) => size, why: (chosen, other) => `it has ${chosen.size} bytes, not ${other.size}` },
];

/**
 * A person's choice wins, then a download, resolution, version, size; of equals the first in the order of paths. What a name
 * doesn't say doesn't count: resolution decides only where all of them have one.
 * @param files at least one
 */
export function choose<File extends Contender>(files: readonly File[]): Choice<File> {
  const used = CRITERIA.filter(({ of }) => files.every((file) => of(file) !== null));
  const better = (one: Contender, other: Contender) => used.find(({ of }) => of(one) !== of(other));
  const [chosen] = files.toSorted((one, other) => {
    const criterion = better(one, other);
    if (criterion) return criterion.of(other)! - criterion.of(one)!;
    return one.path < other.path ? -1 : 1;
  });
  return {
    chosen: chosen!,
    why: (other) => better(chosen!, other)?.why(chosen!, other) ?? 'it is the first in the order of paths',
  };
}

/** `1080p`, `1920x1080`, `4K`: lines of the picture; null when that isn't said. */
export function linesOf(resolution: string | null): number | null {
  if (resolution === null) return null;
  if (/^(?:4k|uhd)$/i.test(resolution)) return 2160;
  if (/^8k$/i.test(resolution)) return 4320;
  const lines =
    /^(\d{3,4})(?:[pi]\d{0,3})?$/i.exec(resolution)?.[1] ?? /^\d{3,4}\s?[x×]\s?(\d{3,4})$/i.exec(resolution)?.[1];
  return lines === undefined ? null : Number(lines);
}
