import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Line } from './line.ts';

const never = new AbortController().signal;

/** A file in memory that takes a few bytes of what it is given. */
function createFile() {
  const data = Buffer.alloc(10_000);
  let size = 0;
  const write = async (piece: Buffer, from: number, length: number, at: number) => {
    const bytesWritten = piece.copy(data, at, from, from + Math.min(length, 7));
    size = Math.max(size, at + bytesWritten);
    return { bytesWritten, buffer: piece };
  };
  return { handle: { write } as never, text: () => data.toString('latin1', 0, size) };
}

/** Pieces of one number, and after how many of them it begins anew; 0: never. */
const one = fc.record({ pieces: fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 6 }), again: fc.nat(4) });

test('whatever comes in whatever order, it is written in the order of numbers, and little is held', async () => {
  const limit = 20;
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 12 }), fc.scheduler(), async (all, scheduler) => {
      const file = createFile();
      const line = new Line(file.handle, { head: 0, position: 0 }, limit);
      let most = 0;
      const write = async (pen: ReturnType<Line['pen']>, pieces: string[]) => {
        pen.begin();
        for (const piece of pieces) {
          await scheduler.schedule(Promise.resolve());
          await pen.room(piece.length, never);
          await pen.write(Buffer.from(piece));
          most = Math.max(most, line.held);
        }
      };
      const fetches = all.map(async ({ pieces, again }, number) => {
        using pen = line.pen(number);
        if (again > 0) await write(pen, pieces.slice(0, again));
        await write(pen, pieces);
        await pen.turn(never);
        expect(await pen.end()).toBe(pieces.join('').length);
        pen.leave();
      });
      await scheduler.waitFor(Promise.all(fetches));
      expect(file.text().slice(0, line.position)).toBe(all.flatMap(({ pieces }) => pieces).join(''));
      expect(most).toBeLessThanOrEqual(limit + 9);
      expect(line.held).toBe(0);
    }),
  );
});

test('who waits for its turn is let go by an abort', async () => {
  const line = new Line(createFile().handle, { head: 0, position: 0 }, 1);
  const stop = new AbortController();
  using pen = line.pen(1);
  const waiting = pen.turn(stop.signal);
  stop.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
});
