import { createHash } from 'node:crypto';
import { Failure } from '../failure.ts';
import type { Rendition } from './playlist.ts';
import type { Piece, Segment } from './segment.ts';

/** Segments that belong together: the picture with its sound, or sound that comes apart. */
export interface Track {
  /** null: the variant itself. */
  rendition: Rendition | null;
  segments: Segment[];
}

/** One thing to fetch and to write: a segment, or the initialisation section (map) that those behind it need. */
export interface Step {
  piece: Piece;
  isMap: boolean;
  /** Of a map, that of the segment behind it. */
  sequence: number;
  seconds: number;
  /** Number of its stretch. */
  stretch: number;
}

/** Segments of one track whose bytes, one behind the other, are one stream with one time that runs on. */
export interface Stretch {
  track: number;
  seconds: number;
  hasMap: boolean;
}

export interface Plan {
  steps: Step[];
  stretches: Stretch[];
  /** Names the list of segments: what was written of one plan is of use only for the same one. */
  validator: string;
}

/** Each has an entry in every checkpoint. */
const MOST_STRETCHES = 5_000;

/** One track after the other, so that what is written is always the beginning of the whole. */
export function planTracks(tracks: Pick<Track, 'segments'>[]): Plan {
  const divider = divideStretches();
  const steps = tracks.flatMap(({ segments }, track) => segments.flatMap((segment) => divider.add(track, segment)));
  return { steps, stretches: divider.stretches, validator: nameOf(steps) };
}

export interface Divider {
  readonly stretches: Stretch[];
  /** The steps of a track's next segment. */
  add(track: number, segment: Segment): Step[];
}

/** Divides tracks into stretches: a new one begins with each discontinuity and each other map. */
export function divideStretches(): Divider {
  const stretches: Stretch[] = [];
  const current = new Map<number, { stretch: number; map: string }>();
  return {
    stretches,
    add(track, segment) {
      const { map, sequence, seconds, breaks } = segment;
      const before = current.get(track);
      const name = map ? `${map.url} ${map.range?.start} ${map.range?.end}` : '';
      const begins = !before || breaks || before.map !== name;
      const stretch = begins ? stretches.push({ track, seconds: 0, hasMap: map !== null }) - 1 : before.stretch;
      if (stretch >= MOST_STRETCHES) throw new Failure('bad_content', 'The stream is in too many pieces to be joined.');
      current.set(track, { stretch, map: name });
      stretches[stretch]!.seconds += seconds;
      const step = { piece: segment, isMap: false, sequence, seconds, stretch };
      return begins && map ? [{ piece: map, isMap: true, sequence, seconds: 0, stretch }, step] : [step];
    },
  };
}

function nameOf(steps: Step[]): string {
  const hash = createHash('sha256');
  for (const { piece, isMap, sequence, seconds, stretch } of steps) {
    const { url, range, key } = piece;
    const protection = key ? [unsigned(key.url), key.iv.toString('hex')] : [];
    const parts = [stretch, unsigned(url), range?.start, range?.end, ...protection, isMap, sequence, seconds];
    hash.update(`${parts.join(' ')}\n`);
  }
  return `hls:${hash.digest('hex')}`;
}

/** Parameters that only sign an address: they are others each time that it is given out. */
const SIGNING =
  /^(token|auth|sig|sign|signature|hmac|hash|expires?|exp|e|st|policy|key-pair-id|hdnt[sl]|hdnea|verify|x-(amz|goog)-.*)$/i;

function unsigned(address: string): string {
  if (!address.includes('?')) return address;
  const url = new URL(address);
  for (const name of [...url.searchParams.keys()]) if (SIGNING.test(name)) url.searchParams.delete(name);
  return url.href;
}
