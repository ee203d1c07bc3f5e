import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Surroundings {
  searchPath: string;
  /** Where it keeps what it wants to keep. */
  home: string;
  /** URL of the proxy; without one it is not meant to ask anybody. */
  proxy?: string;
  /** Path of ffmpeg, for the guarded one. */
  ffmpeg?: string | undefined;
}

/**
 * The whole environment of a child: nothing of the worker's own, which holds passwords. The proxy stands here and not among the
 * arguments, because every user of the machine can read those.
 */
export function environmentOf({ searchPath, home, proxy, ffmpeg }: Surroundings): Record<string, string> {
  return {
    PATH: searchPath,
    HOME: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    // Programs of Python that were installed for one user are found there, and HOME is not that user's.
    PYTHONUSERBASE: join(homedir(), '.local'),
    YTDLP_NO_PLUGINS: '1',
    ...(proxy && { http_proxy: proxy, https_proxy: proxy, ftp_proxy: proxy, all_proxy: proxy }),
    ...(ffmpeg && { FFMPEG: ffmpeg }),
  };
}
