import { expect, it } from 'vitest';
import { createBreaker } from './breaker.ts';

function openBreaker() {
  const clock = { now: 1_000 };
  const breaker = createBreaker(() => clock.now);
  for (let failure = 0; failure < 5; failure += 1) {
    expect(breaker.enter()).toBe(true);
    breaker.fail();
  }
  return { breaker, clock };
}

it('lets requests through until five have failed in a row', () => {
  const breaker = createBreaker(() => 0);
  for (let round = 0; round < 3; round += 1) {
    for (let failure = 0; failure < 4; failure += 1) breaker.fail();
    expect(breaker.enter()).toBe(true);
    breaker.succeed();
  }
  expect(openBreaker().breaker.enter()).toBe(false);
});

it('stays open for 30 s and says how long', () => {
  const { breaker, clock } = openBreaker();
  expect(breaker.waitMs()).toBe(30_000);
  clock.now += 29_999;
  expect(breaker.enter()).toBe(false);
  expect(breaker.waitMs()).toBe(1);
});

it('tries again with one request at a time and closes when it succeeds', () => {
  const { breaker, clock } = openBreaker();
  clock.now += 30_000;
  expect(breaker.enter()).toBe(true);
  expect(breaker.enter()).toBe(false);
  breaker.succeed();
  expect(breaker.enter()).toBe(true);
  expect(breaker.enter()).toBe(true);
});

it('opens again at once when the try fails', () => {
  const { breaker, clock } = openBreaker();
  clock.now += 30_000;
  breaker.enter();
  breaker.fail();
  expect(breaker.enter()).toBe(false);
  expect(breaker.waitMs()).toBe(30_000);
});

it('lets another try go when the first was given up by the caller', () => {
  const { breaker, clock } = openBreaker();
  clock.now += 30_000;
  breaker.enter();
  breaker.cancel();
  expect(breaker.enter()).toBe(true);
});
