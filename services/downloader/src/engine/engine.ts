import type { Source } from '@aniworld/contracts';
import type { Part } from '../part.ts';
import type { Wire } from '../wire/wire.ts';
import type { Hosts } from './hosts.ts';
import type { Ranges } from './ranges.ts';

/** What is known of an entity that is being fetched: enough to go on with the same one and no other. */
export interface Fetched {
  /** As `validatorOf` gives it. */
  validator: string | null;
  /** Bytes; null until the origin says it. */
  total: number | null;
  /** Written, though perhaps not synced yet. */
  ranges: Ranges;
  /** Of a stream: number, segments and bytes of each of its stretches, in the order in which they lie in the file. */
  runs?: [stretch: number, segments: number, bytes: number][];
}

export interface FetchJob {
  source: Source;
  /** Asks the provider again for a link that has expired. All who ask at once get one answer. */
  resolveAgain: () => Promise<Source>;
  wire: Wire;
  hosts: Hosts;
  part: Part;
  /** What an earlier try left in the part file. */
  start: Fetched;
  /** At most this many connections. */
  connections: number;
  /** Slower than this for a minute is `stalled`; 0: never. Time in which `passes` held it back doesn't count. */
  leastBytesPerSecond: number;
  /** To be asked before a write: waits until so many bytes may be written. undefined when they may at once. */
  passes: (bytes: number, signal: AbortSignal) => Promise<void> | undefined;
  /** Called after each write, and with 0 bytes when the file is begun anew. @param written the bytes and their place */
  onWritten: (fetched: Fetched, bytes: number, written?: { bytes: Buffer; at: number }) => Promise<void> | void;
}

/**
 * Fetches a source into the part file and gives back its size in bytes.
 * @throws Failure; what was written until then stays in the part file and was told to `onWritten`
 */
export type Engine = (job: FetchJob, signal: AbortSignal) => Promise<number>;
