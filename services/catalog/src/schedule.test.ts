import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextRun, type Past, scheduleProblem } from './schedule.ts';

const past = (rest: Partial<Past>): Past => ({
  schedule: '',
  scheduled_at: '2026-01-01T00:00:00.000Z',
  last_started_at: null,
  last_finished_at: null,
  interruptions: 0,
  ...rest,
});
const next = (rest: Partial<Past>, zone = 'UTC') => nextRun(past(rest), zone)?.toISOString();

test('without a schedule nothing is due', () => {
  expect(nextRun(past({ last_started_at: '2026-01-05T00:00:00.000Z' }))).toBeNull();
});

test('an interval counts from the beginning of the last run, and the first run is due in a minute', () => {
  expect(next({ schedule: '6h' })).toBe('2026-01-01T00:01:00.000Z');
  expect(next({ schedule: '90m', last_started_at: '2026-01-05T10:00:00.000Z' })).toBe('2026-01-05T11:30:00.000Z');
  expect(next({ schedule: '2d', last_started_at: '2026-01-05T10:00:00.000Z' })).toBe('2026-01-07T10:00:00.000Z');
});

test('cron is meant in the server’s time zone', () => {
  expect(next({ schedule: '30 3 * * *' })).toBe('2026-01-01T03:30:00.000Z');
  expect(next({ schedule: '30 3 * * *' }, 'Asia/Tokyo')).toBe('2026-01-01T18:30:00.000Z');
});

test('many missed runs are one, due in the past', () => {
  const missed = { schedule: '30 3 * * *', last_started_at: '2026-01-05T03:30:00.000Z' };
  expect(next(missed)).toBe('2026-01-06T03:30:00.000Z');
  expect(next({ ...missed, last_started_at: '2026-02-01T09:00:00.000Z' })).toBe('2026-02-02T03:30:00.000Z');
});

test('what a new schedule would have done before it was chosen was not missed', () => {
  const chosen = { schedule: '0 4 * * *', scheduled_at: '2026-03-10T12:00:00.000Z' };
  expect(next({ ...chosen, last_started_at: '2026-01-05T03:30:00.000Z' })).toBe('2026-03-11T04:00:00.000Z');
});

test('an hour that the clock skips in spring is made up for, and one that comes twice in autumn counts once', () => {
  const daily = (since: string) => next({ schedule: '30 2 * * *', last_started_at: since }, 'Europe/Berlin');
  expect(daily('2026-03-28T02:00:00.000Z')).toBe('2026-03-29T01:00:00.000Z');
  expect(daily('2026-10-24T12:00:00.000Z')).toBe('2026-10-25T00:30:00.000Z');
  expect(daily('2026-10-25T00:30:00.000Z')).toBe('2026-10-26T01:30:00.000Z');
});

test('a run that ended with its server is due again at once, but not for ever', () => {
  const cut = {
    schedule: '1d',
    last_started_at: '2026-01-05T10:00:00.000Z',
    last_finished_at: '2026-01-05T10:01:00.000Z',
  };
  expect(next({ ...cut, interruptions: 1 })).toBe('2026-01-05T10:01:00.000Z');
  expect(next({ ...cut, interruptions: 4 })).toBe('2026-01-06T10:00:00.000Z');
});

test('a run is never due before the one before it', () => {
  const times = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
  const schedules = fc.constantFrom('1m', '7h', '30d', '* * * * *', '15 */6 * * 1-5', '0 0 29 2 *', '30 2 * * 0');
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia');
  fc.assert(
    fc.property(times, schedules, zones, (at, schedule, zone) => {
      const due = nextRun(past({ schedule, last_started_at: at.toISOString() }), zone);
      expect(due!.getTime()).toBeGreaterThan(at.getTime());
    }),
    { numRuns: 300 },
  );
});

test.each(['', '30m', '1d', '30 3 * * *', '*/5 8-18 * * MON-FRI', '0 0 29 2 *'])('“%s” can be followed', (schedule) => {
  expect(scheduleProblem(schedule)).toBeNull();
});

test.each(['61 3 * * *', '0 0 31 2 *', 'a b c d e', '* * * *', '0 0 0 0 0'])('“%s” can’t be followed', (schedule) => {
  expect(scheduleProblem(schedule)).toEqual(expect.any(String));
});
