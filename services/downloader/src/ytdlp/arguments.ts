import type { AppConfig, Source } from '@aniworld/contracts';
import { fileURLToPath } from 'node:url';
import { Failure } from '../failure.ts';
import { INFO, PROGRESS } from './report.ts';
import { formatSelector, subtitlePatterns } from './selector.ts';

export interface Asked {
  url: URL;
  headers: Source['headers'];
  settings: AppConfig['download'];
  /** Whether there is an ffmpeg: then yt-dlp gets the guarded one. */
  hasFfmpeg: boolean;
  /** See `Program`. */
  readsAnyPage: boolean;
  /** Where it may keep what it learns of a site. */
  cache: string;
}

/** Stands for ffmpeg wherever yt-dlp starts it. */
const GUARDED_FFMPEG = fileURLToPath(new URL('./bin/ffmpeg', import.meta.url));
/** No such folder: without this option it would find one on the PATH. */
const NO_FFMPEG = '/nonexistent/ffmpeg';

/**
 * All that is fixed: no configuration of anybody's, nothing that is run, read or written elsewhere, one video. All of them are
 * older than the oldest version in any distribution.
 */
const FIXED = [
  ...['--ignore-config', '--no-config-locations', '--no-batch-file', '--no-exec', '--no-update'],
  ...['--no-cookies', '--no-cookies-from-browser', '--no-download-archive', '--no-playlist', '--playlist-items', '1:2'],
  ...['--quiet', '--no-simulate', '--progress', '--newline', '--progress-template', `download:${PROGRESS}%(progress)j`],
  ...['--print', `pre_process:${INFO}%(.{is_live,live_status,playlist_count})j`],
  // A missing piece is no file. Its own retries are few: the queue has better ones.
  ...['--abort-on-unavailable-fragments', '--retries', '2', '--fragment-retries', '3', '--socket-timeout', '20'],
  ...['--continue', '--no-mtime', '--output', 'media.%(ext)s'],
];

/** The whole argument list; nothing that comes from elsewhere stands before `--` but as the value of an option. */
export function argumentsOf({ url, headers, settings, hasFfmpeg, readsAnyPage, cache }: Asked): string[] {
  const { quality, subtitle_languages: languages, live, item_bytes_per_second: rate } = settings;
  const oneVideo = 'playlist_count<?2';
  return [
    ...FIXED,
    ...['--cache-dir', cache, '--ffmpeg-location', hasFfmpeg ? GUARDED_FFMPEG : NO_FFMPEG],
    ...['--match-filters', live === 'refuse' ? `${oneVideo} & !is_live` : oneVideo],
    ...['--format', formatSelector(quality, hasFfmpeg)],
    ...(readsAnyPage ? [] : ['--use-extractors', 'default,-generic']),
    ...(languages.length > 0
      ? ['--write-subs', '--sub-langs', subtitlePatterns(languages), '--sub-format', FORMATS]
      : []),
    ...(rate > 0 ? ['--limit-rate', String(rate)] : []),
    ...Object.entries(headers).flatMap(([name, value]) => ['--add-headers', `${name}:${value}`]),
    ...['--', url.href],
  ];
}

const FORMATS = 'vtt/srt/ass/best';

/** Not sent to every host that is asked: the others may be secrets. */
const PUBLIC = new Set(['user-agent', 'referer', 'origin', 'accept-language']);

/** Sorts the headers of a source. @returns those that may be passed on, and the names of those that may not */
export function sortHeaders(headers: Source['headers']): { passed: Source['headers']; kept: string[] } {
  const entries = Object.entries(headers);
  const isPublic = ([name, value]: [string, string]) => PUBLIC.has(name.toLowerCase()) && !/[\0-\x1f\x7f]/.test(value);
  return {
    passed: Object.fromEntries(entries.filter(isPublic)),
    kept: entries.filter((entry) => !isPublic(entry)).map(([name]) => name),
  };
}

/**
 * Reads the address of a source.
 * @throws Failure `no_source` for what is no plain address: yt-dlp would read more into it than a browser does
 */
export function readUrl(text: string): URL {
  const url = URL.parse(text);
  const isPlain = /^https?:\/\/[^/]/i.test(text) && !/[\0-\x20\x7f"<>\\^`{|}]/.test(text);
  // By this mark yt-dlp hands options from one of its parts to another, within the URL.
  if (url && isPlain && !/__youtubedl_smuggle/i.test(decodeLoosely(text))) return url;
  throw new Failure('no_source', 'The source’s address is no plain http or https address. Look for another source.');
}

function decodeLoosely(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
