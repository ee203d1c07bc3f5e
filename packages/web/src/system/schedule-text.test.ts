import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import { de } from '../language/de.ts';
import { en } from '../language/en.ts';
import { scheduleText } from './schedule-text.ts';

beforeAll(async () => {
  await i18next.init({ lng: 'en', resources: { en: { translation: en }, de: { translation: de } } });
});

it.each([
  ['', 'Only when asked for', 'Nur auf Wunsch'],
  ['15m', 'Every 15 minutes', 'Alle 15 Minuten'],
  ['60m', 'Every hour', 'Jede Stunde'],
  ['2880m', 'Every 2 days', 'Alle 2 Tage'],
  ['5 * * * *', 'Every hour, 5 min past', 'Jede Stunde, 5 min nach voll'],
  ['30 15 * * *', 'Every day at 3:30 PM', 'Jeden Tag um 15:30'],
  ['0 4 * * 1,7', 'Monday and Sunday at 4:00 AM', 'Montag und Sonntag um 04:00'],
  ['0 4 1 * *', 'On day 1 of each month at 4:00 AM', 'Am 1. jedes Monats um 04:00'],
])('says "%s" in words', (schedule, english, german) => {
  expect(scheduleText(schedule, i18next.getFixedT('en'), 'en').replace('\u202f', ' ')).toBe(english);
  expect(scheduleText(schedule, i18next.getFixedT('de'), 'de')).toBe(german);
});

it.each(['*/7 * * * *', '61 3 * * *', '0 3 1 * 1', '0 3 1 2 *', '0 3 * * 5-1', '0 3 * * MON'])(
  'leaves "%s", which has no words of its own, as it is',
  (schedule) => {
    expect(scheduleText(schedule, i18next.getFixedT('en'), 'en')).toBe(`By cron: ${schedule}`);
  },
);
