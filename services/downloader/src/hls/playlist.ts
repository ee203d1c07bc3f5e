import HLS from 'hls-parser';
import { Failure } from '../failure.ts';
import type { ByteRange } from './job.ts';
import type { Origin } from './origin.ts';
import type { Piece, Segment, SegmentKey } from './segment.ts';

/** Sixteen MiB hold 100,000 segments with addresses of 150 characters. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_SEGMENTS = 100_000;
const MOST_VARIANTS = 500;
/** A week: 100,000 segments of the usual six seconds. Longer than anything that is an episode. */
const MOST_SECONDS = 7 * 24 * 3_600;

export interface Rendition {
  kind: 'audio' | 'subtitles';
  group: string;
  /** Undefined: it is in the variant's own segments. */
  url: string | undefined;
  /** As the playlist has it, BCP 47. */
  language: string | undefined;
  name: string;
  isDefault: boolean;
  isForced: boolean;
}

export interface Variant {
  url: string;
  /** Bits per second. */
  bandwidth: number;
  width: number | null;
  height: number | null;
  codecs: string;
  audio: Rendition[];
  subtitles: Rendition[];
}

export interface MasterPlaylist {
  kind: 'master';
  variants: Variant[];
}

export interface MediaPlaylist {
  kind: 'media';
  /** Where it is, for asking again while it goes on. */
  url: string;
  segments: Segment[];
  /** Whether nothing will be added any more. */
  ended: boolean;
  targetSeconds: number;
  /** Sequence number of the first segment that it still lists. */
  firstSequence: number;
}

/** What matters of a playlist. The rest (dates, cues, parts of segments) is left out before parsing, with its cost and its quirks. */
const KEPT =
  /^#(EXTM3U|EXTINF|EXT-X-(BYTERANGE|KEY|MAP|DISCONTINUITY|GAP|TARGETDURATION|MEDIA-SEQUENCE|ENDLIST|SKIP|I-FRAMES-ONLY|MEDIA|STREAM-INF))(:|$)/;

HLS.setOptions({ strictMode: false, silent: true });

/** Fetches a playlist and reads it. */
export async function readPlaylist(
  origin: Origin,
  url: string,
  signal: AbortSignal,
): Promise<MasterPlaylist | MediaPlaylist> {
  const { data, url: found } = await origin.read(url, MOST_BYTES, signal);
  return parsePlaylist(data.toString('utf8'), found);
}

/**
 * Reads a playlist (RFC 8216 section 4).
 * @param url where it came from in the end: what its addresses are relative to
 * @throws Failure `bad_content` for what is no playlist, or one that can't be stored without a gap
 */
export function parsePlaylist(text: string, url: string): MasterPlaylist | MediaPlaylist {
  if (!/^\ufeff?#EXTM3U\s/.test(text)) {
    throw new Failure('bad_content', 'The source sent something else than a playlist. It may want a login.');
  }
  const relevant = relevantLines(text);
  const count = (tag: string) => relevant.reduce((sum, line) => sum + (line.startsWith(tag) ? 1 : 0), 0);
  const isMaster = count('#EXT-X-STREAM-INF') > 0;
  if (isMaster && count('#EXTINF') > 0) throw broken('it lists variants and segments at once');
  const entries = isMaster ? count('#EXT-X-STREAM-INF') + count('#EXT-X-MEDIA:') : count('#EXTINF');
  if (entries > (isMaster ? MOST_VARIANTS : MOST_SEGMENTS)) throw broken(`it has ${entries} entries`);
  const playlist = parsed(relevant.join('\n'));
  return playlist.isMasterPlaylist
    ? readMaster(playlist as HLS.types.MasterPlaylist, url)
    : readMedia(playlist as HLS.types.MediaPlaylist, url);
}

const broken = (why: string) => new Failure('bad_content', `The playlist can’t be used: ${why}.`);

/** The parser takes an apostrophe for a quotation mark and fails on titles that aren't ASCII. */
function relevantLines(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => (line.startsWith('#') ? KEPT.test(line) : line !== ''))
    .map((line) => (line.startsWith('#EXTINF') ? line.replace(/,.*$/, ',') : line))
    .map((line) => (line.startsWith('#') ? line.replaceAll("'", '%27') : line));
}

function parsed(text: string): HLS.types.Playlist {
  try {
    return HLS.parse(text);
  } catch (error) {
    throw new Failure('bad_content', 'The playlist can’t be read. Look for another source.', { error });
  }
}

function readMaster(playlist: HLS.types.MasterPlaylist, url: string): MasterPlaylist {
  const renditions = (list: HLS.types.Rendition[], kind: Rendition['kind']) =>
    list.map(
      (one): Rendition => ({
        kind,
        group: one.groupId,
        url: one.uri === undefined ? undefined : absolute(one.uri, url),
        language: one.language,
        name: one.name ?? '',
        isDefault: one.isDefault,
        isForced: one.forced,
      }),
    );
  const variants = playlist.variants
    .filter((variant) => !variant.isIFrameOnly)
    .map(
      (variant): Variant => ({
        url: absolute(variant.uri, url),
        bandwidth: variant.bandwidth || 0,
        width: variant.resolution?.width || null,
        height: variant.resolution?.height || null,
        codecs: variant.codecs ?? '',
        audio: renditions(variant.audio, 'audio'),
        subtitles: renditions(variant.subtitles, 'subtitles'),
      }),
    );
  return { kind: 'master', variants };
}

function readMedia(playlist: HLS.types.MediaPlaylist, url: string): MediaPlaylist {
  if (playlist.isIFrame) throw broken('it has nothing but key frames');
  // A delta update leaves out what it thinks is known; we never ask for one (RFC 8216bis section 6.2.5.1).
  if (playlist.skip > 0) throw broken('it leaves segments out');
  // Tags behind the last segment make one without an address; with a duration it would be one whose address is missing.
  const segments = playlist.segments.filter((one) => one.uri || one.duration >= 0).map((one) => readSegment(one, url));
  const seconds = segments.reduce((sum, one) => sum + one.seconds, 0);
  if (seconds > MOST_SECONDS) throw broken(`it lasts ${Math.round(seconds / 3_600)} hours`);
  const { endlist: ended, targetDuration, mediaSequenceBase: firstSequence = 0 } = playlist;
  return { kind: 'media', url, segments, ended, targetSeconds: targetDuration || 10, firstSequence };
}

function readSegment(one: HLS.types.Segment, url: string): Segment {
  const sequence = one.mediaSequenceNumber;
  if (!one.uri) throw broken(`segment ${sequence} has no address`);
  if (one.gap) throw broken(`segment ${sequence} is marked as missing`);
  // A day: a duration is a sum's part, and infinity or a typing error would spoil the sum.
  if (!(one.duration >= 0 && one.duration <= 86_400)) throw broken(`segment ${sequence} has no duration`);
  const range = readRange(one.byterange, `segment ${sequence}`);
  return {
    url: absolute(one.uri, url),
    range,
    key: readKey(one.key, sequence, url),
    map: one.map ? readMap(one, sequence, url) : null,
    sequence,
    seconds: one.duration,
    breaks: one.discontinuity === true,
  };
}

function readMap({ map, key }: HLS.types.Segment, sequence: number, url: string): Piece {
  if (key && key.method !== 'NONE' && !key.iv) throw broken('an encrypted map has no initialisation vector');
  const range = map.byterange && { ...map.byterange, offset: Math.max(0, map.byterange.offset) };
  return { url: absolute(map.uri, url), range: readRange(range, 'a map'), key: readKey(key, sequence, url) };
}

function readRange(range: { offset: number; length: number } | undefined, what: string): ByteRange | null {
  if (!range) return null;
  // An implicit offset continues the segment before; the parser leaves -1 when there is none to continue.
  if (!(range.offset >= 0 && range.length > 0)) throw broken(`${what} has a range without a beginning or an end`);
  return { start: range.offset, end: range.offset + range.length };
}

function readKey(key: HLS.types.Key | null | undefined, sequence: number, url: string): SegmentKey | null {
  if (!key || key.method === 'NONE') return null;
  if (key.method !== 'AES-128' || (key.format ?? 'identity') !== 'identity' || !key.uri) {
    throw broken(`its protection (${key.method}) is of a kind that can’t be stored`);
  }
  const iv = key.iv ? Buffer.from(key.iv as unknown as Uint8Array) : ivOf(sequence);
  if (iv.length !== 16) throw broken(`segment ${sequence} has an initialisation vector of the wrong size`);
  return { url: absolute(key.uri, url), iv };
}

/** RFC 8216 section 5.2: without one, the media sequence number as a big-endian number of 128 bits. */
function ivOf(sequence: number): Buffer {
  const iv = Buffer.alloc(16);
  iv.writeBigUInt64BE(BigInt(sequence), 8);
  return iv;
}

function absolute(uri: string, base: string): string {
  const url = URL.canParse(uri, base) ? new URL(uri, base) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw broken('an address in it is neither http nor https');
  return url.href;
}
