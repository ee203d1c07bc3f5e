import { QuietHours } from '@aniworld/contracts';
import { expect, test } from 'vitest';
import { allowanceAt } from './schedule.ts';

const hours = (from: string, to: string, rest: Partial<QuietHours> = {}) => QuietHours.parse({ from, to, ...rest });
const at = (day: number, time: string) => ({ day, minute: Number(time.slice(0, 2)) * 60 + Number(time.slice(3)) });
const quiet = (list: QuietHours[], now: { day: number; minute: number }) => allowanceAt(list, now).quiet !== null;

test('hours within a day hold from their beginning to just before their end', () => {
  const list = [hours('08:00', '17:30')];
  expect(['07:59', '08:00', '17:29', '17:30'].map((time) => quiet(list, at(3, time)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('hours over midnight belong to the day on which they begin', () => {
  const friday = [hours('22:00', '06:00', { days: [5] })];
  expect(quiet(friday, at(5, '21:59'))).toBe(false);
  expect(quiet(friday, at(5, '23:00'))).toBe(true);
  expect(quiet(friday, at(6, '05:59'))).toBe(true);
  expect(quiet(friday, at(6, '06:00'))).toBe(false);
  expect(quiet(friday, at(5, '05:00'))).toBe(false);
});

test('from Saturday night to Sunday morning works across the end of the week', () => {
  expect(quiet([hours('23:00', '01:00', { days: [6] })], at(0, '00:30'))).toBe(true);
});

test('the same time twice means the whole day', () => {
  expect(['00:00', '11:00', '23:59'].map((time) => quiet([hours('00:00', '00:00')], at(2, time)))).toEqual([
    true,
    true,
    true,
  ]);
});

test('of several limits the lowest counts, and quiet says until when', () => {
  const list = [
    hours('00:00', '12:00', { bytes_per_second: 500 }),
    hours('06:00', '12:00', { bytes_per_second: 200 }),
    hours('10:00', '11:00'),
  ];
  expect(allowanceAt(list, at(1, '05:00'))).toEqual({ quiet: null, bytesPerSecond: 500 });
  expect(allowanceAt(list, at(1, '07:00')).bytesPerSecond).toBe(200);
  expect(allowanceAt(list, at(1, '10:30')).quiet).toContain('11:00');
  expect(allowanceAt(list, at(1, '13:00'))).toEqual({ quiet: null, bytesPerSecond: null });
});
