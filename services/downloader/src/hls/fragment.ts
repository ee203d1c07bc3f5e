import { Failure } from '../failure.ts';
import type { Check } from './content.ts';

/** What an initialisation section says of its tracks, by their ids. */
export type Timescales = Map<number, { scale: number; duration: number }>;

/** The boxes that are read; they hold tables only. Larger ones are no playable fragment. */
const MOST_READ = 8 * 1024 * 1024;

interface Times {
  start: number;
  end: number;
  step: number;
}

/**
 * Reads the boxes of a fragmented MP4 (ISO 14496-12): that the last one ends where the segment does, and which time its
 * fragments cover. `moov` fills `scales`; `moof` needs them, but only at the end, when the section before has come too.
 */
export function createFragmentCheck(scales: Timescales): Check {
  let header: Buffer = Buffer.alloc(0);
  let left = 0;
  let read: { type: string; pieces: Buffer[] } | null = null;
  const fragments: Buffer[] = [];
  const endBox = () => {
    const data = Buffer.concat(read?.pieces ?? []);
    if (read?.type === 'moov') readMovie(data, scales);
    if (read?.type === 'moof') fragments.push(data);
    read = null;
  };
  const beginBox = () => {
    const box = boxAt(header, 0);
    if (!box) return false;
    header = Buffer.alloc(0);
    left = box.end - box.body;
    const isRead = box.type === 'moov' || box.type === 'moof';
    if (isRead && left > MOST_READ) throw cut();
    read = isRead ? { type: box.type, pieces: [] } : null;
    if (left === 0) endBox();
    return true;
  };
  return {
    add(piece) {
      for (let at = 0; at < piece.length; ) {
        if (left > 0) {
          const part = piece.subarray(at, at + left);
          read?.pieces.push(Buffer.from(part));
          at += part.length;
          left -= part.length;
          if (left === 0) endBox();
        } else {
          header = Buffer.concat([header, piece.subarray(at, at + 1)]);
          at += 1;
          beginBox();
        }
      }
    },
    span() {
      const times: Times = { start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY, step: 0 };
      for (const fragment of fragments) readMovieFragment(fragment, scales, times);
      return times.end > times.start ? times : null;
    },
    end() {
      if (left > 0 || header.length > 0) throw cut();
    },
  };
}

const cut = () => new Failure('bad_content', 'A segment of the stream is cut short or damaged.');

interface Box {
  type: string;
  body: number;
  end: number;
}

/** The box whose header stands at a place, or null when the header isn't all there. */
function boxAt(data: Buffer, at: number): Box | null {
  if (data.length < at + 8) return null;
  const short = data.readUInt32BE(at);
  const type = data.toString('latin1', at + 4, at + 8);
  if (short === 1 && data.length < at + 16) return null;
  const body = at + (short === 1 ? 16 : 8);
  const size = short === 1 ? Number(data.readBigUInt64BE(at + 8)) : short;
  // 0 means "to the end of the file", which a segment isn't.
  if (size < body - at || !/^[\x20-\x7e\xa9]{4}$/.test(type)) throw cut();
  return { type, body, end: at + size };
}

function* boxesIn(data: Buffer, from = 0, to = data.length): Generator<Box> {
  for (let at = from; at + 8 <= to; ) {
    const box = boxAt(data, at);
    if (!box || box.end > to) throw cut();
    yield box;
    at = box.end;
  }
}

const childIn = (data: Buffer, parent: { body: number; end: number }, type: string) =>
  boxesIn(data, parent.body, parent.end).find((box) => box.type === type);

function readMovie(data: Buffer, scales: Timescales): void {
  readable(() => {
    for (const box of boxesIn(data)) {
      if (box.type === 'trak') readTrack(data, box, scales);
      if (box.type === 'mvex') readDefaults(data, box, scales);
    }
  });
}

function readMovieFragment(data: Buffer, scales: Timescales, times: Times): void {
  readable(() => {
    for (const box of boxesIn(data)) if (box.type === 'traf') readTrackFragment(data, box, scales, times);
  });
}

/** Reading past the end of a box is a RangeError: it says that it is longer than it is. */
function readable(read: () => void): void {
  try {
    read();
  } catch (error) {
    throw error instanceof Failure ? error : cut();
  }
}

function readTrack(data: Buffer, track: Box, scales: Timescales): void {
  const head = childIn(data, track, 'tkhd');
  const media = childIn(data, track, 'mdia');
  const mediaHead = media && childIn(data, media, 'mdhd');
  if (!head || !mediaHead) return;
  const id = data.readUInt32BE(head.body + (data[head.body] === 1 ? 20 : 12));
  const scale = data.readUInt32BE(mediaHead.body + (data[mediaHead.body] === 1 ? 20 : 12));
  if (scale > 0) scales.set(id, { scale, duration: 0 });
}

function readDefaults(data: Buffer, defaults: Box, scales: Timescales): void {
  for (const box of boxesIn(data, defaults.body, defaults.end)) {
    const track = box.type === 'trex' ? scales.get(data.readUInt32BE(box.body + 4)) : undefined;
    if (track) track.duration = data.readUInt32BE(box.body + 12);
  }
}

/** Fields that stand in a `tfhd` before the default duration, by their flags (ISO 14496-12 section 8.8.7). */
const BEFORE_DURATION: [flag: number, bytes: number][] = [
  [0x01, 8],
  [0x02, 4],
];

function readTrackFragment(data: Buffer, fragment: Box, scales: Timescales, times: Times): void {
  const head = childIn(data, fragment, 'tfhd');
  const decode = childIn(data, fragment, 'tfdt');
  const track = head && scales.get(data.readUInt32BE(head.body + 4));
  if (!head || !decode || !track) return;
  const flags = data.readUInt32BE(head.body) & 0xffffff;
  const at = BEFORE_DURATION.reduce((sum, [flag, bytes]) => sum + (flags & flag ? bytes : 0), head.body + 8);
  const usual = flags & 0x08 ? data.readUInt32BE(at) : track.duration;
  const base =
    data[decode.body] === 1 ? Number(data.readBigUInt64BE(decode.body + 4)) : data.readUInt32BE(decode.body + 4);
  let [length, step] = [0, 0];
  for (const run of boxesIn(data, fragment.body, fragment.end)) {
    if (run.type !== 'trun') continue;
    const sum = readRun(data, run, usual);
    length += sum.length;
    step = Math.max(step, sum.step);
  }
  times.start = Math.min(times.start, base / track.scale);
  times.end = Math.max(times.end, (base + length) / track.scale);
  times.step = Math.max(times.step, step / track.scale);
}

/** The durations of a `trun`'s samples (ISO 14496-12 section 8.8.8). */
function readRun(data: Buffer, run: Box, usual: number): { length: number; step: number } {
  const flags = data.readUInt32BE(run.body) & 0xffffff;
  const count = data.readUInt32BE(run.body + 4);
  if ((flags & 0x100) === 0) return { length: count * usual, step: count > 0 ? usual : 0 };
  const first = run.body + 8 + (flags & 0x01 ? 4 : 0) + (flags & 0x04 ? 4 : 0);
  const size = [0x100, 0x200, 0x400, 0x800].reduce((sum, flag) => sum + (flags & flag ? 4 : 0), 0);
  let [length, step] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    const duration = data.readUInt32BE(first + i * size);
    length += duration;
    step = Math.max(step, duration);
  }
  return { length, step };
}
