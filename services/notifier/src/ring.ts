import type { Message } from '@aniworld/contracts';

/** How many durable messages a client may have missed and still gets one by one. */
export const RING_SIZE = 5_000;

/** The newest durable messages of an epoch, each with all rooms that it goes to. */
export interface Ring {
  readonly epoch: string;
  /** Sequence of the newest. */
  readonly seq: number;
  /** Everything before `seq` is forgotten: another stream, or one that went backwards. */
  reset(epoch: string, seq: number): void;
  push(messages: Message[], seq: number): void;
  /** What a room got after `seq`, oldest first; null when that can't be said any more. */
  since(room: string, epoch: string, seq: number): Message[] | null;
}

export function createRing(size: number = RING_SIZE): Ring {
  let epoch = '';
  let newest = 0;
  /** Events up to and with this one have left the ring. */
  let forgotten = 0;
  let kept: { seq: number; messages: Message[] }[] = [];
  return {
    get epoch() {
      return epoch;
    },
    get seq() {
      return newest;
    },
    reset(nextEpoch, seq) {
      epoch = nextEpoch;
      newest = forgotten = seq;
      kept = [];
    },
    push(messages, seq) {
      newest = seq;
      kept.push({ seq, messages });
      // Cut in large steps: a shift of five thousand for each event would be the ring's main work.
      if (kept.length < size * 2) return;
      forgotten = kept[size - 1]?.seq ?? forgotten;
      kept = kept.slice(size);
    },
    since(room, theirEpoch, seq) {
      if (theirEpoch !== epoch || seq < forgotten || seq > newest) return null;
      return kept
        .filter((entry) => entry.seq > seq)
        .flatMap((entry) => entry.messages.filter((message) => message.room === room));
    },
  };
}
