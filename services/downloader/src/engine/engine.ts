import type { Source } from '@aniworld/contracts';
import type { Part } from '../part.ts';
import type { Ranges } from './ranges.ts';

/** What is known of an entity that is being fetched: enough to go on with the same one and no other. */
export interface Fetched {
  validator: string | null;
  /** Bytes; null until the origin says it. */
  total: number | null;
  /** Written, though perhaps not synced yet. */
  ranges: Ranges;
}

export interface FetchJob {
  source: Source;
  part: Part;
  /** What an earlier try left in the part file. */
  start: Fetched;
  /** At most this many connections. */
  connections: number;
  /** Called after each write. Waits when more was written than may be lost in a crash. */
  onWritten: (fetched: Fetched, bytes: number) => Promise<void> | void;
}

/**
 * Fetches a source into the part file and gives back its size in bytes.
 * @throws Failure; what was written until then stays in the part file and was told to `onWritten`
 */
export type Engine = (job: FetchJob, signal: AbortSignal) => Promise<number>;
