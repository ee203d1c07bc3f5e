import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptLog, silent } from './chassis.fixture.ts';
import { errorPause, loop } from './loop.ts';

const HOUR = 3_600_000;

test('waking starts the next round at once, and once more when it comes during a round', async () => {
  let rounds = 0;
  let running = Promise.withResolvers<void>();
  let go = Promise.withResolvers<void>();
  await using looping = loop({
    name: 'test',
    everyMs: HOUR,
    log: silent,
    async run() {
      rounds += 1;
      running.resolve();
      await go.promise;
    },
  });
  const next = async () => {
    await running.promise;
    running = Promise.withResolvers();
    const begun = go;
    go = Promise.withResolvers();
    begun.resolve();
  };
  await running.promise;
  looping.wake();
  looping.wake();
  await next();
  await next();
  expect(rounds).toBe(2);
  looping.wake();
  await running.promise;
  expect(rounds).toBe(3);
  go.resolve();
});

test('disposal aborts the running round, waits for its end and is harmless when repeated', async () => {
  const begun = Promise.withResolvers<void>();
  let ended = false;
  const looping = loop({
    name: 'test',
    everyMs: 1,
    log: silent,
    async run(signal) {
      begun.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      ended = true;
    },
  });
  await begun.promise;
  await Promise.all([looping[Symbol.asyncDispose](), looping[Symbol.asyncDispose]()]);
  expect(ended).toBe(true);
  looping.wake();
  await looping[Symbol.asyncDispose]();
});

test('start, wake and stop come to an end in any order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('wake', 'turn', 'stop'), { maxLength: 12 }),
      fc.boolean(),
      async (steps, failing) => {
        let running = 0;
        let rounds = 0;
        const looping = loop({
          name: 'test',
          everyMs: HOUR,
          log: silent,
          async run() {
            running += 1;
            rounds += 1;
            expect(running).toBe(1);
            await new Promise((resolve) => setImmediate(resolve));
            running -= 1;
            if (failing) throw new Error('as planned');
          },
        });
        const stops: PromiseLike<void>[] = [];
        for (const step of steps) {
          if (step === 'wake') looping.wake();
          else if (step === 'stop') stops.push(looping[Symbol.asyncDispose]());
          else await new Promise((resolve) => setImmediate(resolve));
        }
        await Promise.all([...stops, looping[Symbol.asyncDispose]()]);
        const last = rounds;
        looping.wake();
        await new Promise((resolve) => setImmediate(resolve));
        expect([running, rounds]).toEqual([0, last]);
      },
    ),
    { numRuns: 200 },
  );
});

test('an error is logged and the loop goes on', async () => {
  const { log, line } = keptLog();
  const again = Promise.withResolvers<void>();
  let rounds = 0;
  await using _looping = loop({
    name: 'test',
    everyMs: 1,
    log,
    async run() {
      rounds += 1;
      if (rounds === 1) throw new Error('as planned');
      again.resolve();
    },
  });
  await again.promise;
  expect(await line('round failed')).toMatchObject({ loop: 'test', errors: 1 });
});

test('the pause after errors starts at a second at most, however seldom the loop runs, and doubles up to half a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map((errors) => errorPause(HOUR, errors))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
  expect(errorPause(1, 1)).toBe(100);
});
