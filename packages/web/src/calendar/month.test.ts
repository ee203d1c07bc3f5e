import { expect, it } from 'vitest';
import { calendarSearch } from './calendar-search.ts';
import { daysOf, firstDayOf, monthAfter } from './month.ts';

it('goes from month to month over the year’s end', () => {
  expect([monthAfter('2026-12', 1), monthAfter('2026-01', -1), monthAfter('2024-03', 0)]).toEqual([
    '2027-01',
    '2025-12',
    '2024-03',
  ]);
});

it('shows six weeks that begin on the wanted day and hold the whole month', () => {
  const monday = daysOf('2026-11', 1);
  expect([monday.length, monday[0]?.[0], monday[5]?.[6]]).toEqual([6, '2026-10-26', '2026-12-06']);
  expect(daysOf('2026-11', 7)[0]?.[0]).toBe('2026-11-01');
  const days = daysOf('2024-02', 1).flat();
  expect(days.filter((day) => day.startsWith('2024-02'))).toHaveLength(29);
  expect(new Set(days).size).toBe(42);
});

it('begins weeks where the language does', () => {
  expect([firstDayOf('de-DE'), firstDayOf('en-US')]).toEqual([1, 7]);
});

it('takes a month from the address and leaves out what is none', () => {
  expect(calendarSearch({ month: '2026-11', view: 'agenda', all: true })).toEqual({
    month: '2026-11',
    view: 'agenda',
    all: true,
  });
  expect(calendarSearch({ month: '2026-13', view: 'week', all: 'yes', episode: '1' })).toEqual({});
});
