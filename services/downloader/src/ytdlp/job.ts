import type { AppConfig, Source } from '@aniworld/contracts';
import type { Egress } from '@aniworld/egress';
import type { Sidecar } from '../hls/job.ts';

export interface YtdlpJob {
  /** Of its headers, only those are passed on that are no secrets: yt-dlp sends them to every host that it asks. */
  source: Pick<Source, 'url' | 'headers' | 'ext'>;
  settings: AppConfig['download'];
  /** The child's only way out. */
  egress: Egress;
  /** Folders in which programs are found, separated by colons, as in PATH. */
  searchPath: string;
  /**
   * A folder of this lease's own, on the library's file system. What is in it already is continued when it was left by a job
   * of the same URL and settings. The caller removes it.
   */
  scratch: string;
  patience?: Partial<Patience>;
  /** Called as bytes come, and with the same numbers as work goes on without any. `total` may be an estimate. */
  onProgress: (done: number, total: number | null) => void;
}

export interface Patience {
  /** Neither a byte nor a change in the scratch folder for so long: it hangs. Reading a site may well take a minute. */
  silentMs: number;
  /** Whatever it does. */
  wholeMs: number;
}

export interface YtdlpResult {
  /** In the scratch folder. */
  path: string;
  size: number;
  /** What the file is, whatever the source had announced. */
  ext: string;
  sidecars: Sidecar[];
  /** What the user should know, one sentence each, for the timeline. */
  notes: string[];
}
