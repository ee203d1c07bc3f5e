import type { Behaviour, OriginFile } from '@aniworld/testing';

/** One way for an origin to lie, and what must come of it. */
export interface Lie {
  name: string;
  /** The origin's behaviours, made anew for each file. */
  behave: (random: () => number, file: OriginFile) => Behaviour | readonly Behaviour[];
  /**
   * `whole`: the file. `replaced`: the file that took its place, whose seed is the file's with `-new` behind it. `refused`: no
   * file, and one of the causes.
   */
  expected: 'whole' | 'replaced' | 'refused';
  causes?: readonly string[];
  /** Bytes; of a replaced file, of the new one too. */
  size?: number;
  /** For each connection, so that it takes long enough for several of them. */
  perConnectionCap?: number;
  /** Share of the file that is there already when it begins to lie. */
  held?: number;
  /** What it does from then on; `behave` is what it does before. */
  after?: (random: () => number, file: OriginFile) => Behaviour | readonly Behaviour[];
  /** Files; the case's own number when not given. */
  times?: number;
}

const MIB = 1024 * 1024;
const SIZE = 3 * MIB;

export function drawFile(lie: Lie, name: string, random: () => number): OriginFile {
  const size = (lie.size ?? SIZE) + (lie.size ? 0 : Math.floor(random() * 1_000));
  const file: OriginFile = {
    name,
    seed: name,
    size,
    ...(lie.perConnectionCap && { perConnectionCap: lie.perConnectionCap }),
  };
  return { ...file, behaviour: lie.behave(random, file) };
}
