import type { FailureCause } from '@aniworld/contracts';
import { Failure } from '../failure.ts';
import type { Ended } from './child.ts';
import type { Told } from './report.ts';

type Rule = readonly [cause: FailureCause, said: RegExp, sentence?: string];

const UNREAD = 'yt-dlp can’t read what is at this address. A newer one may.';

/** What yt-dlp says, the first that fits. Its messages have no codes, but their words have been the same for years. */
const RULES: readonly Rule[] = [
  ['no_space', /No space left on device|Disk quota exceeded|Errno (28|122)\b/i],
  ['permission', /Permission denied|Read-only file system|Errno (13|30)\b/i],
  ['rate_limited', /HTTP Error 429|Too Many Requests|rate.?limit/i],
  [
    'gone',
    /HTTP Error (404|410)|no longer available|has been (removed|deleted|terminated)|does not exist|Video unavailable|fragment \d+ not found/i,
  ],
  ['bad_content', /DRM/, 'The video is protected (DRM). Look for another source.'],
  [
    'http_4xx',
    /geo.?restrict|available (in|from) your (country|location|region)/i,
    'The source is not for this country.',
  ],
  ['auth', /HTTP Error 40[137]|Sign in|log ?in|cookies|private video|members.only|subscri|password|age.?restrict/i],
  ['http_4xx', /HTTP Error 4\d\d/],
  ['http_5xx', /HTTP Error 5\d\d/],
  ['timeout', /timed? ?out|Errno 110\b/i],
  [
    'no_source',
    /Unsupported URL|No video (formats )?found|Requested format is not available|not a valid URL|no suitable/i,
    UNREAD,
  ],
  [
    'no_source',
    /live event will begin|Premieres in|is_upcoming/i,
    'The stream has not begun yet. Retry when it is over.',
  ],
  ['bad_content', /HTTP Error 3\d\d/, 'The source leads on to what is no address.'],
  ['bad_content', /file:\/\/ URLs are disabled|Unsupported url scheme|Got HTML/i],
  ['bad_content', /ERROR: (Postprocessing|ffmpeg|Conversion failed|Error opening)|ffmpeg exited/i],
  ['internal', /MemoryError|Cannot allocate memory/i, 'yt-dlp took more memory than a download may.'],
  ['internal', /no such option|error: .*option/i, 'This yt-dlp does not know our options. Install a newer one.'],
  [
    'network',
    /Connection|Unable to (download|connect)|getaddrinfo|Name or service|SSL|IncompleteRead|bytes read|Downloaded \d+ bytes|Giving up after|data blocks|EOF|Errno 1\d\d\b/i,
  ],
  ['no_source', /Unable to extract|please report this issue/i, UNREAD],
];

/** For a shell: can't be run, not found. */
const NOT_RUN = [126, 127];
const MOST_QUOTED = 300;

/** What a yt-dlp that failed means. */
export function failureOf({ code, said }: Ended): Failure {
  if (code !== null && NOT_RUN.includes(code)) return new Failure('internal', 'yt-dlp can’t be run. Check its path.');
  const words = lastError(said);
  const [cause, , sentence] = RULES.find(([, pattern]) => pattern.test(withoutNames(words))) ?? ['internal'];
  const how = code === null ? 'It was ended from outside, perhaps for want of memory.' : null;
  const own = sentence ?? how ?? new Failure(cause).message;
  return new Failure(cause, words ? `${own} yt-dlp said: ${words}` : own);
}

/** Why a yt-dlp that ended well left no video. */
export function failureOfNothing({ isLive, isList }: Told): Failure {
  if (isList)
    return new Failure('bad_content', 'The address leads to several videos. Look for the address of the one.');
  if (isLive) {
    return new Failure(
      'bad_content',
      'The stream is still going on. Retry when it is over, or let live streams be followed.',
    );
  }
  return new Failure('bad_content', 'yt-dlp ended well, but left no video. Look for another source.');
}

/** Words of addresses and ids are not yt-dlp's own: one may be called `login`. */
function withoutNames(words: string): string {
  return words.replace(/^ERROR: \[[^\]]*\] \S+: /, 'ERROR: ').replaceAll(/\w+:\/\/\S+/g, '');
}

/** The last error of what was said, on one line and without what a terminal would obey. */
function lastError(said: string): string {
  const lines = said.split(/[\r\n]+/).map((line) => line.replaceAll(/\u001b\[[\d;]*m|[^\P{C}\t]/gu, '').trim());
  // The word may stand on a line of its own.
  const error = lines.findLastIndex((line) => line.startsWith('ERROR'));
  const words = error === -1 ? lines.findLast((line) => line !== '') : lines.slice(error).join(' ').trim();
  return (words ?? '').slice(0, MOST_QUOTED);
}
