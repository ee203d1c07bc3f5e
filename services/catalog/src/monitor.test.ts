import { expect, it } from 'vitest';
import { isWanted } from './monitor.ts';

it('wants every new episode under "all" and "missing", and none under "none"', () => {
  for (const airDate of ['1999-01-01', '2099-01-01', null]) {
    expect(isWanted({ monitor: 'all', since: null }, airDate)).toBe(true);
    expect(isWanted({ monitor: 'missing', since: null }, airDate)).toBe(true);
    expect(isWanted({ monitor: 'none', since: null }, airDate)).toBe(false);
  }
});

it('wants under "future" what has aired since the rule was set, and what has no date', () => {
  const rule = { monitor: 'future', since: '2026-03-01' } as const;
  expect(isWanted(rule, '2026-02-28')).toBe(false);
  expect(isWanted(rule, '2026-03-01')).toBe(true);
  expect(isWanted(rule, '2026-12-01')).toBe(true);
  expect(isWanted(rule, null)).toBe(true);
});
