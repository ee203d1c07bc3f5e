import type { AppConfig } from '@aniworld/contracts';
import type { WireReply } from '../wire/wire.ts';
import type { Fetched, FetchJob } from '../engine/engine.ts';

/** An answer whose status was judged already: 200, or 206 when a range was asked for. */
export interface HlsReply extends WireReply {
  /** Where it came from in the end, after redirects: what a playlist's addresses are relative to. */
  url: string;
}

/** Bytes `start` up to, not including, `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The only way that this engine asks anything of anyone. It vets each address, follows redirects without carrying
 * credentials to another origin, and sends `identity` only.
 * @throws Failure for every status but 200 and 206
 */
export type FetchBytes = (
  url: string,
  ask: { headers: Record<string, string>; range?: ByteRange },
  signal: AbortSignal,
) => Promise<HlsReply>;

/**
 * How much of a stream is written: for each stretch (see `Segment.breaks`) its number, its segments that are whole in the
 * part file, and their bytes. In the order of writing, so that all bytes together are the file's beginning.
 */
export type Runs = NonNullable<Fetched['runs']>;

/** `total` is an estimate by the playlist's durations; `validator` names the list of segments. */
export interface HlsFetched extends Fetched {
  runs: Runs;
}

type Shared = 'source' | 'resolveAgain' | 'part' | 'connections' | 'leastBytesPerSecond' | 'passes';

export interface HlsJob extends Pick<FetchJob, Shared> {
  /** What an earlier try left in the part file; one of another engine is of no use. */
  start: Fetched;
  settings: AppConfig['download'];
  /** Folders in which ffmpeg is found, as in PATH. */
  searchPath: string;
  fetchBytes: FetchBytes;
  /** A folder of this lease's own for what is needed beside the part file. Made when it is needed; the caller removes it. */
  scratch: string;
  /** Called as bytes come, and with 0 as work goes on without any; `fetched` goes as far as the last whole segment. */
  onWritten: (fetched: HlsFetched, bytes: number) => Promise<void> | void;
}

/** A file that belongs beside the episode, in the scratch folder. */
export interface Sidecar {
  path: string;
  /** What follows the episode's name: `.de.forced.vtt`. */
  suffix: string;
}

export interface HlsResult {
  /** Bytes in the part file. */
  size: number;
  /** What the part file is now, whatever the source had announced. */
  ext: 'mkv' | 'ts' | 'mp4' | 'aac';
  sidecars: Sidecar[];
  /** What was left out, one sentence each, for the timeline. */
  notes: string[];
}
