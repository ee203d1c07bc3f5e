import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import { en } from '../language/en.ts';
import { isTrouble, timelineText } from './timeline-text.ts';

beforeAll(() => i18next.init({ lng: 'en', resources: { en: { translation: en } } }));

const entry = (what: string, detail: string | null = null) => ({ at: '', what, worker: null, detail });

it('names priorities in the page’s language', () => {
  expect(timelineText(entry('queued', 'high'))).toEqual({ title: 'Queued with priority “High”', detail: null });
});

it('counts places from one', () => {
  expect(timelineText(entry('moved', 'to position 0')).title).toBe('Moved to place 1');
  expect(timelineText(entry('moved')).title).toBe('Moved in the queue');
});

it('says a failure in the words that the failed list uses, with the server’s detail', () => {
  const stalled = entry('stalled', 'No more bytes came.');
  expect(timelineText(stalled)).toEqual({ title: 'The download stood still', detail: 'No more bytes came.' });
  expect([isTrouble(stalled), isTrouble(entry('cancelled')), isTrouble(entry('claimed'))]).toEqual([
    true,
    false,
    false,
  ]);
});

it('shows what it has no words for as the server calls it', () => {
  expect(timelineText(entry('handed_over', 'to b'))).toEqual({ title: 'handed over', detail: 'to b' });
});
