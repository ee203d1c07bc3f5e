import type { Place } from '@aniworld/chassis';
import type { Frame } from './message.ts';

/** How many durable events a client may have missed and still gets one by one. */
export const RING_SIZE = 5_000;

/** The newest durable messages of an epoch, each with all rooms that it goes to; as a place, that of the newest. */
export interface Ring extends Place {
  /** Everything before is forgotten: another stream, or one that went backwards. */
  reset(place: Place): void;
  push(frames: Frame[], seq: number): void;
  /** What a room got after `place`, oldest first; null when that can't be said any more, or is another epoch's. */
  since(room: string, place: Place): Frame[] | null;
}

export function createRing(size: number = RING_SIZE): Ring {
  let newest: Place = { epoch: '', seq: 0 };
  /** Events up to and with this one have left the ring. */
  let forgotten = 0;
  let kept: Entry[] = [];
  return {
    get epoch() {
      return newest.epoch;
    },
    get seq() {
      return newest.seq;
    },
    reset(place) {
      newest = place;
      forgotten = place.seq;
      kept = [];
    },
    push(frames, seq) {
      newest = { epoch: newest.epoch, seq };
      kept.push({ seq, frames });
      // Cut in large steps: a shift of five thousand for each event would be the ring's main work.
      if (kept.length < size * 2) return;
      forgotten = kept[size - 1]?.seq ?? forgotten;
      kept = kept.slice(size);
    },
    since(room, { epoch, seq }) {
      if (epoch !== newest.epoch || seq < forgotten || seq > newest.seq) return null;
      return kept
        .slice(firstAfter(kept, seq))
        .flatMap((entry) => entry.frames.filter((frame) => frame.message.room === room));
    },
  };
}

interface Entry {
  seq: number;
  frames: Frame[];
}

/** Index of the first entry after `seq`: a search by halves, because thousands of clients come back at the same moment. */
function firstAfter(entries: Entry[], seq: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.seq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
