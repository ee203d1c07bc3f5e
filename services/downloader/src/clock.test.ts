import { expect, test } from 'vitest';
import { watchClock } from './clock.ts';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

test('a clock that runs evenly settles from its first reading on, however rarely it is read', () => {
  const look = watchClock(15);
  for (const ms of [0, 1_000, 1_900, 60_000]) {
    expect(look(START + ms, 500 + ms)).toEqual({ settled: true, stepMs: 0 });
  }
});

test.each([HOUR, -HOUR])('a clock that was set by %i ms is left to settle for one lease', (stepMs) => {
  const look = watchClock(15);
  look(START, 0);
  expect(look(START + 1_000 + stepMs, 1_000)).toEqual({ settled: false, stepMs });
  expect(look(START + 15_900 + stepMs, 15_900)).toEqual({ settled: false, stepMs: 0 });
  expect(look(START + 16_000 + stepMs, 16_000)).toEqual({ settled: true, stepMs: 0 });
});

test('an answer that comes late is no step', () => {
  const look = watchClock(15);
  look(START, 0);
  expect(look(START + 1_000, 2_900)).toEqual({ settled: true, stepMs: 0 });
});
