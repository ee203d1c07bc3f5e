import type { TFunction } from 'i18next';

const INTERVAL = /^([1-9]\d*)([mhd])$/;
/** What 60 minutes and 24 hours are, so that `60m` reads as an hour. */
const LARGER = { m: [60, 'h'], h: [24, 'd'] } as const;
type Unit = 'm' | 'h' | 'd';

/** A schedule in words: an interval (`30m`), the usual forms of cron, other fields of cron as they are, or only when asked for. */
export function scheduleText(schedule: string, t: TFunction, language: string): string {
  if (schedule === '') return t('schedule.asked');
  const [, count, unit] = INTERVAL.exec(schedule) ?? [];
  if (unit) return intervalText(Number(count), unit as Unit, t);
  return cronText(schedule.split(/ +/), t, language) ?? t('schedule.cron', { fields: schedule });
}

function intervalText(count: number, unit: Unit, t: TFunction): string {
  if (unit !== 'd') {
    const [many, larger] = LARGER[unit];
    if (count % many === 0) return intervalText(count / many, larger, t);
  }
  return t(`schedule.every.${unit}`, { count });
}

/** Null for what is too rare to have words of its own. */
function cronText([minute = '', hour = '', day, month, weekday = '']: string[], t: TFunction, language: string) {
  const at = numberIn(minute, 59);
  if (at === null || month !== '*') return null;
  if (hour === '*' && day === '*' && weekday === '*') return t('schedule.hourly', { minute: at });
  const hours = numberIn(hour, 23);
  if (hours === null) return null;
  const time = timeText(hours, at, language);
  if (day === '*' && weekday === '*') return t('schedule.daily', { time });
  if (weekday === '*') {
    const date = numberIn(day, 31);
    return date ? t('schedule.monthly', { day: date, time }) : null;
  }
  const days = weekdaysOf(weekday);
  return day === '*' && days ? t('schedule.weekly', { days: weekdayText(days, language), time }) : null;
}

function numberIn(field: string | undefined, most: number): number | null {
  return field && /^\d{1,2}$/.test(field) && Number(field) <= most ? Number(field) : null;
}

/** `1,5` and `1-5`; null for other forms. 7 is Sunday as well as 0. */
function weekdaysOf(field: string): number[] | null {
  const days: number[] = [];
  for (const part of field.split(',')) {
    const [, from, to] = /^([0-7])(?:-([0-7]))?$/.exec(part) ?? [];
    if (!from || (to && to < from)) return null;
    for (let day = Number(from); day <= Number(to ?? from); day++) days.push(day % 7);
  }
  return days;
}

function weekdayText(days: number[], language: string): string {
  const name = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  // 1 January 2023 was a Sunday.
  const names = days.map((day) => name.format(Date.UTC(2023, 0, 1 + day)));
  return new Intl.ListFormat(language).format(names);
}

function timeText(hours: number, minutes: number, language: string): string {
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone: 'UTC' });
  return time.format(Date.UTC(2023, 0, 1, hours, minutes));
}
