import { randomUUID } from 'node:crypto';
import { FailureCause, Standing } from '@aniworld/contracts';
import { describe, expect, it } from 'vitest';
import { sentenceOf, standingOf } from './standing.ts';

const missing = { has_file: false, monitored: true, aired: true, state: null, cause: null };

describe('where an episode stands', () => {
  it('is told by its file before anything else', () => {
    expect(standingOf({ ...missing, has_file: true, state: 'failed', monitored: false })).toBe('has_file');
  });

  it.each([
    [{}, 'never_queued'],
    [{ monitored: false }, 'not_monitored'],
    [{ aired: false }, 'not_aired'],
    [{ state: 'pending', monitored: false }, 'queued'],
    [{ state: 'downloading', aired: false }, 'downloading'],
    [{ state: 'failed', cause: 'network' }, 'failed'],
    [{ state: 'failed', cause: 'no_source' }, 'no_source'],
    [{ state: 'failed', cause: 'gone' }, 'no_source'],
    [{ state: 'cancelled' }, 'cancelled'],
    [{ state: 'removed' }, 'removed'],
    [{ state: 'completed' }, 'file_lost'],
  ])('%j is %s', (more, standing) => {
    expect(standingOf({ ...missing, ...more })).toBe(standing);
  });

  it('has a sentence for each standing and each cause', () => {
    for (const standing of Standing.options) expect(sentenceOf(episode({ standing }))).toMatch(/^It .*\.$/);
    for (const cause of FailureCause.options)
      expect(sentenceOf(episode({ standing: 'failed', cause }))).toMatch(/failed because .+\.$/);
  });

  it('says how often it failed, and whether the server will queue it by itself', () => {
    expect(sentenceOf(episode({ standing: 'failed', cause: 'network', failures: 3 }))).toBe(
      'It is missing because its download failed 3 times because the connection broke.',
    );
    expect(sentenceOf(episode({ auto_download: true }))).toContain('by itself');
    expect(sentenceOf(episode({ auto_download: false }))).toContain('Queue it');
  });
});

function episode(more: Partial<Parameters<typeof sentenceOf>[0]>) {
  return {
    episode_id: randomUUID(),
    series_id: randomUUID(),
    series_title: 'Paper Boat Post',
    season: 1,
    episode: 1,
    absolute: null,
    title: 'Rain',
    air_date: '2026-01-01',
    monitored: true,
    standing: 'never_queued' as const,
    cause: null,
    detail: null,
    since: null,
    failures: 0,
    auto_download: false,
    ...more,
  };
}
