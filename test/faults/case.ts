import type { Log } from '@aniworld/chassis';
import type { Servers } from '@aniworld/testing';

/** What every fault case gets. */
export interface FaultContext {
  servers: Servers;
  log: Log;
  /** Seeded: the same seed gives the same faults at the same points. In [0, 1). */
  random: () => number;
  /** How often the case does its fault, or its size; its own number when it was not given. */
  times: number | undefined;
}

export interface FaultOutcome {
  held: boolean;
  /** What was measured, with units in the names. */
  figures: Record<string, number | string>;
  /** What did not hold, one sentence each. */
  broken: string[];
}

export interface FaultCase {
  /** As in the table of docs/faults.md. */
  id: string;
  title: string;
  /** It has failed when it takes longer; 10 when not given. */
  limitMinutes?: number;
  run: (context: FaultContext) => Promise<FaultOutcome>;
}
