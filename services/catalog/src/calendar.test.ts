import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { icsOf } from './calendar.ts';

const entry = {
  episode_id: '7f0d1f9e-8c7d-4a55-8b1c-0f9a3f7f3f10',
  series_title: 'Paper Boat Post',
  season: 1,
  episode: 2,
  title: 'Rain',
  air_date: '2026-12-31',
  has_file: false,
};
/** Lines as a program reads them: folded ones put together (RFC 5545, section 3.1). */
const unfold = (text: string) => text.replaceAll('\r\n ', '').split('\r\n');

describe('the calendar for other programs', () => {
  it('is one all-day event for each episode, which ends on the next day', () => {
    const lines = unfold(icsOf([entry]));
    expect(lines[0]).toBe('BEGIN:VCALENDAR');
    expect(lines).toContain('VERSION:2.0');
    expect(lines).toContain('DTSTART;VALUE=DATE:20261231');
    expect(lines).toContain('DTEND;VALUE=DATE:20270101');
    expect(lines).toContain('SUMMARY:Paper Boat Post – S01E02 – Rain');
    expect(lines.at(-1) || lines.at(-2)).toBe('END:VCALENDAR');
  });

  it('keeps the UID of an episode that moves to another day, and gives no two the same', () => {
    const uidsOf = (text: string) => unfold(text).filter((line) => line.startsWith('UID:'));
    const moved = icsOf([
      { ...entry, air_date: '2027-01-07' },
      { ...entry, episode_id: randomUUID() },
    ]);
    expect(uidsOf(moved)[0]).toBe(uidsOf(icsOf([entry]))[0]);
    expect(new Set(uidsOf(moved)).size).toBe(2);
  });

  it('has no line above 75 octets and splits no character, whatever the title', () => {
    const title = `${'日本語のとても長い題名、'.repeat(12)}🚣🚣🚣; a\\b\nc`;
    const text = icsOf([{ ...entry, title }]);
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text).not.toContain('\uFFFD');
    const escaped = title
      .replaceAll('\\', '\\\\')
      .replaceAll(';', '\\;')
      .replaceAll(',', '\\,')
      .replaceAll('\n', '\\n');
    expect(unfold(text)).toContain(`SUMMARY:Paper Boat Post – S01E02 – ${escaped}`);
  });

  it('lets no title begin a line of its own', () => {
    const text = icsOf([{ ...entry, title: 'A\r\nEND:VEVENT\r\nBEGIN:VALARM' }]);
    expect(text.split('\r\n')).not.toContain('BEGIN:VALARM');
    expect(text.split(/\r\n|\r|\n/)).not.toContain('BEGIN:VALARM');
  });

  it('is the same text for the same episodes', () => {
    expect(icsOf([entry])).toBe(icsOf([entry]));
  });
});
