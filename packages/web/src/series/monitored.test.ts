import type { Episode } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { withMonitored } from './monitored.ts';

const TODAY = '2026-03-01';
const episode = (fields: Partial<Episode>) =>
  ({ id: 'a', season: 1, air_date: '2026-02-01', file: null, monitored: false, missing: false, ...fields }) as Episode;

it('counts what is wanted again as missing once it has aired, and not before', () => {
  const episodes = [
    episode({ id: 'aired' }),
    episode({ id: 'today', air_date: TODAY }),
    episode({ id: 'later', air_date: '2026-03-02' }),
    episode({ id: 'undated', air_date: null }),
    episode({ id: 'there', file: { path: 'a.mkv', size: 1, modified_at: '', match: '' } }),
  ];
  const changed = withMonitored(episodes, { season: 1 }, true, TODAY);
  expect(changed.every((one) => one.monitored)).toBe(true);
  expect(changed.filter((one) => one.missing).map((one) => one.id)).toEqual(['aired', 'today', 'undated']);
});

it('leaves episodes that are not meant as the very objects they were', () => {
  const episodes = [episode({ id: 'a', monitored: true, missing: true }), episode({ id: 'b', season: 2 })];
  const [first, second] = withMonitored(episodes, { episode_ids: ['a'] }, false, TODAY);
  expect(first).toMatchObject({ monitored: false, missing: false });
  expect(second).toBe(episodes[1]);
  expect(withMonitored(episodes, { season: 1 }, true, TODAY)[0]).toBe(episodes[0]);
});
