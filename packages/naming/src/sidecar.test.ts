import { expect, test } from 'vitest';
import { episodePath } from './path.ts';
import { seriesFolder, sidecarPath } from './sidecar.ts';
import { numbered } from './taken.ts';

test('what stands beside a file has its name', () => {
  const file = 'A/Season 01/A - S01E01.mkv';
  expect(sidecarPath(file, { kind: 'nfo' })).toBe('A/Season 01/A - S01E01.nfo');
  expect(sidecarPath(file, { kind: 'still', ext: 'jpg' })).toBe('A/Season 01/A - S01E01-thumb.jpg');
  expect(sidecarPath(file, { kind: 'subtitle', language: 'pt-BR', ext: 'srt', forced: true })).toBe(
    'A/Season 01/A - S01E01.pt-BR.forced.srt',
  );
});

test('the longest name has room for the longest of what stands beside it', () => {
  const names = { series: 'S'.repeat(300), season: 1, episode: 1, title: 'T', ext: 'mkv' };
  const file = numbered(episodePath('standard', names).split('/').at(-1)!, 1_000);
  const flags = { forced: true, hearing_impaired: true };
  const longest = sidecarPath(file, { kind: 'subtitle', language: 'zh-Hant-TW-x-extra', ext: 'ass', ...flags });
  expect(Buffer.byteLength(longest)).toBeLessThanOrEqual(255);
});

test('a series has a folder when the template gives it one', () => {
  expect(seriesFolder('A (2020)/Season 01/A.mkv')).toBe('A (2020)');
  expect(seriesFolder('A.mkv')).toBeNull();
});
