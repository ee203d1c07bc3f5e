import type { MatchRule } from '@aniworld/contracts';
import { parseName } from '@aniworld/filename';
import { expect, it } from 'vitest';
import { applyNumbering, indexRules, ruleOf, targetsOf } from './rule.ts';
import type { EpisodeNumbers } from './store/episode.ts';

const rule = (scope: MatchRule['scope'], target: string): MatchRule => ({
  ...{ id: target, scope, target, series_id: 'boats', season: null, number_offset: 0, episode_ids: null },
  created_at: '',
});
const rules = indexRules([
  rule('title', 'paper boat post'),
  rule('folder', '/lib/boats'),
  rule('folder', '/lib/boats/deep'),
  rule('file', '/lib/boats/deep/one.mkv'),
]);
const chosen = (path: string) =>
  ruleOf(targetsOf({ root: '/lib', path }, parseName(path.slice('/lib/'.length))), rules)?.target;

it.each([
  ['/lib/boats/deep/one.mkv', '/lib/boats/deep/one.mkv'],
  ['/lib/boats/deep/two.mkv', '/lib/boats/deep'],
  ['/lib/boats/Season 1/two.mkv', '/lib/boats'],
  ['/lib/boatsother/two.mkv', undefined],
  ['/lib/else/Paper.Boat.Post.S01E01.mkv', 'paper boat post'],
  ['/lib/Paper Boat Post (2021)/Season 1/01.mkv', 'paper boat post'],
  ['/lib/two.mkv', undefined],
])('takes for %s the narrowest rule', (path, target) => {
  expect(chosen(path)).toBe(target);
});

const episodes: EpisodeNumbers[] = [
  [1, 1],
  [1, 2],
  [2, 1],
  [0, 1],
].map(([season, episode]) => ({
  ...{ id: `s${season}e${episode}`, series_id: 'boats', season: season!, episode: episode! },
  ...{ absolute: null, air_date: null, provider_ref: '' },
}));
const none = { season: null, number_offset: 0, episode_ids: null };

it.each([
  ['its season and number', 'X S02E01.mkv', none, ['s2e1']],
  ['the season that was chosen', 'X - 01.mkv', { ...none, season: 2 }, ['s2e1']],
  ['the season that was chosen instead of its own', 'X S01E01.mkv', { ...none, season: 2 }, ['s2e1']],
  ['numbers that go on counting', 'X - 13.mkv', { ...none, season: 2, number_offset: -12 }, ['s2e1']],
  ['several shifted numbers', 'X - 03-04.mkv', { ...none, season: 1, number_offset: -2 }, ['s1e1', 's1e2']],
  ['an OVA with a number', 'X OVA 1.mkv', { ...none, season: 0 }, ['s0e1']],
  ['its episodes', 'whatever.mkv', { ...none, episode_ids: ['s1e2'] }, ['s1e2']],
])('reads of a chosen series %s', (_, path, numbering, found) => {
  expect(applyNumbering(numbering, parseName(path), { title: 'X' }, episodes).found).toEqual(found);
});

it.each([
  ['a number that the season has not', 'X - 09.mkv', { ...none, season: 2 }],
  ['no number at all', 'X.mkv', { ...none, season: 2 }],
  ['an opening', 'X - NCOP1.mkv', { ...none, season: 1 }],
  ['an episode that is no more', 'X.mkv', { ...none, episode_ids: ['gone'] }],
])('finds nothing for %s', (_, path, numbering) => {
  expect(applyNumbering(numbering, parseName(path), { title: 'X' }, episodes).found).toBeNull();
});
