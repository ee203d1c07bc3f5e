import { FailureCause, fail } from '@aniworld/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure, failureRules, judge, judgeLoss, toFailure } from './failure.ts';

const causes = fc.constantFrom(...FailureCause.options);

test('what lies outside the item burns no try', () => {
  for (const cause of ['rate_limited', 'no_space', 'worker_lost', 'shutdown'] as const) {
    expect(judge(new Failure(cause), { attempt: 2, max_attempts: 3 }, 0)).toMatchObject({ next: 'retry', attempt: 2 });
  }
});

test('gone files and bad content fail at once', () => {
  for (const cause of ['gone', 'bad_content', 'auth', 'http_4xx', 'no_source'] as const) {
    expect(judge(new Failure(cause), { attempt: 0, max_attempts: 3 }, 0).next).toBe('fail');
  }
});

test('three tries of a broken connection, each after a longer wait', () => {
  const waits = [0, 1].map((attempt) => judge(new Failure('network'), { attempt, max_attempts: 3 }, 0.999));
  expect(waits.map((verdict) => verdict.next)).toEqual(['retry', 'retry']);
  expect(waits[1]!.waitSeconds).toBeGreaterThan(waits[0]!.waitSeconds);
  expect(judge(new Failure('network'), { attempt: 2, max_attempts: 3 }, 0)).toMatchObject({ next: 'fail', attempt: 3 });
});

test('a host’s Retry-After is honoured, up to an hour', () => {
  const verdict = (retryAfter: number) =>
    judge(new Failure('rate_limited', undefined, { retryAfter }), { attempt: 0, max_attempts: 3 }, 0);
  expect(verdict(120).waitSeconds).toBe(120);
  expect(verdict(315_360_000).waitSeconds).toBe(3_600);
});

test('whatever happens, tries never go down, waits are bounded, and it ends', () => {
  fc.assert(
    fc.property(
      causes,
      fc.nat(20),
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (cause, attempt, most, random) => {
        const verdict = judge(new Failure(cause), { attempt, max_attempts: most }, random);
        expect(verdict.attempt).toBeGreaterThanOrEqual(attempt);
        expect(verdict.waitSeconds).toBeGreaterThanOrEqual(0);
        expect(verdict.waitSeconds).toBeLessThanOrEqual(3_600);
        if (verdict.next === 'retry' && failureRules[cause].burns) expect(verdict.attempt).toBeLessThan(most);
      },
    ),
  );
});

test('an item that was lost with five workers is the suspect', () => {
  expect([1, 4, 5].map((crashes) => judgeLoss(crashes, 0).next)).toEqual(['retry', 'retry', 'fail']);
});

test('an item that was lost once goes on at once, later ones wait ever longer', () => {
  expect([1, 2, 3, 4].map((crashes) => judgeLoss(crashes, 0).waitSeconds)).toEqual([0, 2, 4, 8]);
});

test.each([
  ['ENOSPC', 'no_space'],
  ['EROFS', 'permission'],
  ['ENAMETOOLONG', 'path'],
  ['ECONNRESET', 'network'],
  ['UND_ERR_BODY_TIMEOUT', 'stalled'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['CERT_HAS_EXPIRED', 'network'],
  ['EWHATEVER', 'internal'],
])('the system’s %s means %s', (code, reason) => {
  const error = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });
  expect(toFailure(error).reason).toBe(reason);
});

test('a disk that takes nothing makes an item wait, burns no try and never fails it', () => {
  for (const code of ['EROFS', 'EIO', 'ESTALE']) {
    const failure = toFailure(Object.assign(new Error('write'), { code }));
    expect(failure.reason).toBe('permission');
    expect(judge(failure, { attempt: 2, max_attempts: 3 }, 0.5)).toEqual({
      next: 'retry',
      attempt: 2,
      waitSeconds: 45,
    });
  }
  expect(judge(new Failure('permission'), { attempt: 0, max_attempts: 3 }, 0)).toMatchObject({ next: 'fail' });
});

test('a naming template that makes no sense fails with its own sentence', () => {
  const failure = toFailure(fail('NAMING_TEMPLATE', { detail: 'There is no field {x}.' }));
  expect(failure).toMatchObject({ reason: 'path', message: 'There is no field {x}.' });
});
