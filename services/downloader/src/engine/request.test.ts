import { expect, test } from 'vitest';
import { retryAfterSeconds } from './request.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['120', 120],
  [' 0 ', 0],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['soon', null],
  ['-5', null],
  ['', null],
  [undefined, null],
])('Retry-After %j means %j seconds', (field, seconds) => {
  expect(retryAfterSeconds(field, now)).toBe(seconds);
});
