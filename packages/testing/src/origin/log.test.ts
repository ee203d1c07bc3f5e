import { expect, test } from 'vitest';
import { OriginLog, type OriginLogEntry } from './log.ts';

function entry(fields: Partial<OriginLogEntry>): OriginLogEntry {
  const asked = { at: 0, connection: 1, nth: 1, method: 'GET', name: 'a', target: '/a', headers: new Map() };
  const sent = { status: 206, from: 0, to: 0, bytesSent: 0, outcome: 'sent' as const, endedAt: 0 };
  return { ...asked, range: undefined, ifRange: undefined, ...sent, ...fields };
}

test('bytes sent once are not refetched, however many requests brought them', () => {
  const log = new OriginLog();
  log.entries.push(entry({ from: 50, to: 100 }), entry({ from: 0, to: 50 }), entry({ from: 100, to: 120, name: 'b' }));
  expect(log.refetched('a')).toBe(0);
});

test('refetched bytes count once for each time too many, also within a span that was there already', () => {
  const log = new OriginLog();
  log.entries.push(entry({ from: 0, to: 100 }), entry({ from: 20, to: 30 }), entry({ from: 90, to: 120 }));
  expect(log.refetched('a')).toBe(20);
});

test('the peak counts what was open together, not what followed at once', () => {
  const log = new OriginLog();
  log.entries.push(
    entry({ at: 0, endedAt: 10 }),
    entry({ at: 10, endedAt: 20 }),
    entry({ at: 15, endedAt: undefined }),
  );
  expect(log.peak()).toBe(2);
  expect(log.peak('b')).toBe(0);
});

test('until resolves with the change that makes it true, and rejects when aborted or closed', async () => {
  const log = new OriginLog();
  const two = log.until(({ entries }) => entries.length === 2);
  log.entries.push(entry({}));
  log.changed();
  log.entries.push(entry({}));
  log.changed();
  await two;
  const leaving = new AbortController();
  const aborted = log.until(() => false, leaving.signal);
  leaving.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  const never = log.until(() => false);
  log.close();
  await expect(never).rejects.toThrow('disposed');
});
