import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameOf, newMessage } from './message.ts';
import { createRing } from './ring.ts';

const EPOCH = 'one';
const frame = (room: string, seq: number) => frameOf(newMessage('x', room, null, { epoch: EPOCH, seq }));
const seqs = (frames: ReturnType<ReturnType<typeof createRing>['since']>) =>
  frames?.map((entry) => entry.message.seq) ?? null;

test('gives exactly what a room has missed, or says that it can’t', () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.array(fc.record({ gap: fc.integer({ min: 1, max: 3 }), rooms: fc.subarray(['a', 'b']) }), { maxLength: 60 }),
      fc.nat(250),
      (start, events, since) => {
        const ring = createRing(8);
        ring.reset({ epoch: EPOCH, seq: start });
        const all = [start];
        const inA: number[] = [];
        for (const { gap, rooms } of events) {
          const seq = (all.at(-1) ?? 0) + gap;
          all.push(seq);
          if (rooms.includes('a')) inA.push(seq);
          ring.push(
            rooms.map((room) => frame(room, seq)),
            seq,
          );
        }
        const last = all.at(-1) ?? 0;
        expect([ring.epoch, ring.seq]).toEqual([EPOCH, last]);
        const missed = seqs(ring.since('a', { epoch: EPOCH, seq: since }));
        if (missed) expect(missed).toEqual(inA.filter((seq) => seq > since));
        // Nothing can be said of the future or of before the start, everything of the newest eight.
        if (since > last || since < start) expect(missed).toBeNull();
        else if (since >= (all.at(-9) ?? start)) expect(missed).not.toBeNull();
      },
    ),
  );
});

test('knows nothing of another epoch, and nothing at all after a new one began', () => {
  const ring = createRing();
  ring.reset({ epoch: EPOCH, seq: 0 });
  ring.push([frame('a', 1)], 1);
  expect(ring.since('a', { epoch: 'two', seq: 0 })).toBeNull();
  ring.reset({ epoch: 'two', seq: 5 });
  expect(ring.since('a', { epoch: EPOCH, seq: 0 })).toBeNull();
  expect(ring.since('a', { epoch: 'two', seq: 4 })).toBeNull();
  expect(ring.since('a', { epoch: 'two', seq: 5 })).toEqual([]);
});
