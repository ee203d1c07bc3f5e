import { Failure } from '../failure.ts';
import type { Check } from './content.ts';

/** ISO 13818-1 section 2.4.3: packets of this size, each beginning with this byte. */
const PACKET = 188;
const SYNC = 0x47;
const CLOCK = 90_000;
const WRAP = 2 ** 33;

/**
 * Reads a transport stream's packets for their alignment and for the presentation times of all its streams together.
 *
 * A segment that was cut anywhere but between two packets has a rest; one that was cut there ends early.
 */
export function createPacketCheck(): Check {
  let rest: Buffer = Buffer.alloc(0);
  const times = createTimes();
  return {
    add(piece) {
      let at = 0;
      if (rest.length > 0) {
        at = Math.min(piece.length, PACKET - rest.length);
        rest = Buffer.concat([rest, piece.subarray(0, at)]);
        if (rest.length < PACKET) return;
        readPacket(rest, 0, times);
      }
      for (; at + PACKET <= piece.length; at += PACKET) readPacket(piece, at, times);
      // Copied: the piece's memory is not ours.
      rest = Buffer.from(piece.subarray(at));
    },
    span: times.span,
    end() {
      if (rest.length > 0) throw new Failure('bad_content', 'A segment of the stream is cut short.');
    },
  };
}

type Times = ReturnType<typeof createTimes>;

/** The first and the last of many presentation times, which come in the order of decoding. */
function createTimes() {
  let first: number | null = null;
  let [least, most, step] = [0, 0, 0];
  return {
    add(time: number) {
      first ??= time;
      const since = ((time - first + WRAP * 1.5) % WRAP) - WRAP / 2;
      least = Math.min(least, since);
      if (since <= most) return;
      step = Math.max(step, since - most);
      most = since;
    },
    span() {
      if (first === null) return null;
      const start = (first + least) / CLOCK;
      return { start, end: (first + most + step) / CLOCK, step: step / CLOCK };
    },
  };
}

function readPacket(data: Buffer, at: number, times: Times): void {
  if (data[at] !== SYNC) throw new Failure('bad_content', 'A segment of the stream is cut short or damaged.');
  // Only a packet in which a unit begins can hold its time.
  if ((data[at + 1]! & 0x40) === 0) return;
  const control = data[at + 3]!;
  if ((control & 0x10) === 0) return;
  const unit = at + 4 + ((control & 0x20) === 0 ? 0 : 1 + data[at + 4]!);
  const isUnit = data[unit] === 0 && data[unit + 1] === 0 && data[unit + 2] === 1;
  if (!isUnit || unit + 14 > at + PACKET || !isTimed(data[unit + 3]!) || (data[unit + 7]! & 0x80) === 0) return;
  times.add(readTime(data, unit + 9));
}

/** Audio, video, private streams such as AC-3, and extended ones. */
const isTimed = (stream: number) => (stream >= 0xc0 && stream <= 0xef) || stream === 0xbd || stream === 0xfd;

/** 33 bits in five bytes with marker bits between them (ISO 13818-1 section 2.4.3.7). */
function readTime(data: Buffer, at: number): number {
  const high = (data[at]! >> 1) & 0x07;
  const middle = data.readUInt16BE(at + 1) >> 1;
  const low = data.readUInt16BE(at + 3) >> 1;
  return high * 2 ** 30 + middle * 2 ** 15 + low;
}
