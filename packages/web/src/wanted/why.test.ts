import { Standing, type WantedEpisode } from '@aniworld/contracts';
import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import { en } from '../language/en.ts';
import { REASONS, wantedSearch } from './wanted-search.ts';
import { canQueueStanding, reasonOf, standingsOf, whyText } from './why.ts';

beforeAll(() => i18next.init({ lng: 'en', resources: { en: { translation: en } } }));

const episode = (fields: Partial<WantedEpisode>) => ({ cause: null, failures: 0, ...fields }) as WantedEpisode;

it('says why an episode is missing, with the cause and how often it failed', () => {
  expect(whyText(episode({ standing: 'failed', cause: 'stalled', failures: 3 }))).toBe(
    'Its download failed: The download stood still. It failed 3 times.',
  );
  expect(whyText(episode({ standing: 'never_queued', auto_download: true }))).toMatch(/by itself/);
});

it('has a sentence for every standing', () => {
  for (const standing of Standing.options) expect(whyText(episode({ standing }))).toMatch(/^[A-Z].*\.$/);
});

it('offers to queue what is neither there, on its way, nor to come', () => {
  expect(Standing.options.filter((standing) => !canQueueStanding(standing))).toEqual([
    'has_file',
    'not_aired',
    'queued',
    'downloading',
  ]);
});

it('takes from the address what makes sense and leaves out the rest', () => {
  const series = '6f1c2a52-3d0f-4a4e-9a51-0d2a4b7d9c11';
  expect(wantedSearch({ series, season: 2, days: 30, why: 'failed', sort: 'series' })).toEqual({
    series,
    season: 2,
    days: 30,
    why: 'failed',
    sort: 'series',
  });
  expect(wantedSearch({ series: 'x', season: 2, days: 3, why: 'because', sort: 'size' })).toEqual({});
});

it('knows each reason by all that the server calls it', () => {
  expect(standingsOf('taken_out')).toEqual(['cancelled', 'removed']);
  for (const reason of REASONS) expect(standingsOf(reason).map(reasonOf)).toContain(reason);
  expect(REASONS.flatMap(standingsOf)).toHaveLength(8);
});
