import type { SeriesEvent } from '@aniworld/contracts';
import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import { en } from '../language/en.ts';
import { episodesOf, eventText } from './event-text.ts';

beforeAll(() => i18next.init({ lng: 'en', resources: { en: { translation: en } } }));

it('says what was changed of a series in the page’s words', () => {
  expect(eventText({ what: 'edited', detail: 'monitor all, auto_download on, tags space opera' }).detail).toBe(
    'Monitored: All episodes · Automatic download: on · Tags: space opera',
  );
  expect(eventText({ what: 'refreshed', detail: 'status ended, air_date' }).detail).toBe(
    'Status: Ended · Day of airing',
  );
});

it('keeps a path as it is', () => {
  expect(eventText({ what: 'files_found', detail: '/srv/a, b.mkv' })).toEqual({
    title: 'File found',
    detail: '/srv/a, b.mkv',
  });
});

it('shows what it has no words for as the server calls it', () => {
  expect(eventText({ what: 'handed_over', detail: 'x' })).toEqual({ title: 'handed over', detail: 'x' });
  expect(eventText({ what: 'edited', detail: 'colour red' }).detail).toBe('colour red');
});

it('names a few episodes and counts many', () => {
  const codes = new Map([
    ['a', 'S01E01'],
    ['b', 'S01E02'],
  ]);
  const event = (episode_ids: string[], count = episode_ids.length) => ({ episode_ids, count }) as SeriesEvent;
  expect(episodesOf(event(['a', 'b']), codes)).toBe('S01E01, S01E02');
  expect(episodesOf(event(['a', 'gone']), codes)).toBe('2 episodes');
  expect(episodesOf(event([], 0), codes)).toBeNull();
});
