import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slots } from './slots.ts';

/** Lets everything that is ready run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('never more holders than slots, waiters in the order of asking, and nobody forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.oneof(fc.constant('take' as const), fc.nat({ max: 20 })), { maxLength: 60 }),
      async (size, steps) => {
        const limit = slots(size);
        const held: (() => void)[] = [];
        const order: number[] = [];
        let asked = 0;
        for (const step of steps) {
          if (step === 'take') {
            const ticket = asked;
            asked += 1;
            void limit.take().then((release) => {
              order.push(ticket);
              held.push(release);
            });
          } else {
            held.splice(step % (held.length + 1), 1)[0]?.();
          }
          await settle();
          expect(held.length).toBeLessThanOrEqual(size);
          expect(limit.held).toBe(held.length);
          expect(limit.waiting).toBe(asked - order.length);
          if (limit.waiting > 0) expect(held.length).toBe(size);
        }
        const idle = limit.idle();
        while (held.length > 0) {
          held.shift()?.();
          await settle();
        }
        await idle;
        expect(order).toEqual(Array.from({ length: asked }, (_, index) => index));
        expect([limit.held, limit.waiting]).toEqual([0, 0]);
      },
    ),
    { numRuns: 200 },
  );
});

test('a slot that is given back twice is free once', async () => {
  const limit = slots(1);
  const release = await limit.take();
  release();
  const second = await limit.take();
  release();
  expect(limit.held).toBe(1);
  second();
  expect(limit.held).toBe(0);
});

test('a limit that nobody holds is idle at once', async () => {
  await expect(slots(3).idle()).resolves.toBeUndefined();
});
