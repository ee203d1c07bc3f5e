import { LOOKED_AT, refusePage } from '../engine/impostor.ts';
import { Failure } from '../failure.ts';
import { createFragmentCheck, type Timescales } from './fragment.ts';
import { createPacketCheck } from './packet.ts';

/** What segments are made of: MPEG transport stream, fragmented MP4, or bare audio frames (RFC 8216 section 3). */
export type Kind = 'ts' | 'fmp4' | 'audio';

/** When a segment's content begins and ends, in seconds of the stream's own clock. */
export interface Span {
  start: number;
  end: number;
  /** The longest time between two frames in it. */
  step: number;
}

/** Reads along with a segment's bytes. */
export interface Check {
  /** @throws Failure `bad_content` for bytes that can't be part of such a segment */
  add(piece: Buffer): void;
  /** What was read so far; null when it says nothing of time. */
  span(): Span | null;
  /** @throws Failure `bad_content` for a segment that is cut short */
  end(): void;
}

/** How long the two hours of a clock of 33 bits are: where the time stamps of a transport stream begin anew. */
const TS_WRAP_SECONDS = 2 ** 33 / 90_000;
/** Packed audio and text have no time that we read. */
const NO_SPAN: Check = { add: () => undefined, span: () => null, end: () => undefined };

/**
 * Looks at segments as they pass.
 * @param scales what the initialisation section said; a check of one adds to it
 */
export function createCheck(kind: Kind, scales: Timescales): Check {
  if (kind === 'ts') return createPacketCheck();
  return kind === 'fmp4' ? createFragmentCheck(scales) : NO_SPAN;
}

const BOXES = /^(ftyp|styp|moof|moov|sidx|emsg|prft|free|skip|mdat|uuid|ssix)$/;

/**
 * What a segment is, by its first bytes.
 * @throws Failure `bad_content` for a page, a message, or something that no player takes
 */
export function kindOf(head: Buffer, type?: string): Kind {
  if (head[0] === 0x47 && (head.length <= 188 || head[188] === 0x47)) return 'ts';
  if (BOXES.test(head.toString('latin1', 4, 8))) return 'fmp4';
  const [a = 0, b = 0] = head;
  // ID3, ADTS or MPEG audio, AC-3.
  const isAudio = head.toString('latin1', 0, 3) === 'ID3' || (a === 0xff && b >= 0xe0) || (a === 0x0b && b === 0x77);
  if (isAudio) return 'audio';
  refusePage(type, head.subarray(0, LOOKED_AT));
  throw new Failure('bad_content', 'What the source sent as a part of the stream is none.');
}

/** Seconds by which a stretch may be off at a seam whatever its frames: what packagers round. */
const SLACK = 0.05;
/** A seam that is wider than this, and than a few frames, is a hole, whatever the playlist says. */
const HOLE = 0.5;

/**
 * Compares a segment with the one before it, of the same stretch: their times run on (RFC 8216 section 3).
 * @param listed seconds that the playlist gives the one before
 * @throws Failure `bad_content` when something is missing between them or comes twice
 */
export function checkSeam(before: Span, after: Span, listed: number, sequence: number): void {
  const hole = unwrapped(after.start - before.end);
  const passed = unwrapped(after.start - before.start);
  const step = Math.max(before.step, after.step);
  const isWide = hole > Math.max(HOLE, 3 * step);
  // Short segments leave small holes; there the playlist has to agree that something is missing.
  const isShort = hole > SLACK + step / 2 && passed - listed > 0.4 * listed + SLACK;
  if (isWide || isShort) {
    throw new Failure('bad_content', `${hole.toFixed(2)} s are missing before segment ${sequence} of the stream.`);
  }
  if (passed <= 0 && after.end > after.start) {
    throw new Failure('bad_content', `Segment ${sequence} of the stream has the content of an earlier one.`);
  }
}

function unwrapped(seconds: number): number {
  if (seconds > TS_WRAP_SECONDS / 2) return seconds - TS_WRAP_SECONDS;
  return seconds < -TS_WRAP_SECONDS / 2 ? seconds + TS_WRAP_SECONDS : seconds;
}
