import type { MediaFacts } from '@aniworld/contracts';
import i18next from 'i18next';
import { expect, it } from 'vitest';
import { en } from '../language/en.ts';
import { audioText, resolutionName, subtitleText, videoText } from './media-text.ts';

const FACTS: MediaFacts = {
  container: 'matroska',
  duration_seconds: 1_440,
  video: [{ codec: 'h264', width: 1920, height: 1080, frames_per_second: 23.976 }],
  audio: [
    { codec: 'aac', channels: 2, language: 'jpn' },
    { codec: 'ac3', channels: 6, language: 'ger' },
    { codec: 'truehd', channels: null, language: null },
  ],
  subtitles: [{ codec: 'ass', language: 'de' }],
};

const picture = (width: number, height: number) => ({
  video: [{ codec: 'h264', width, height, frames_per_second: null }],
});

it.each([
  [1920, 1080, '1080p'],
  [1920, 804, '1080p'],
  [1440, 1080, '1080p'],
  [3840, 1600, '2160p'],
  [1280, 720, '720p'],
  [640, 480, '480p'],
])('calls a picture of %d × %d %s', (width, height, name) => {
  expect(resolutionName(picture(width, height))).toBe(name);
});

it('has no name for the picture of a file without one', () => {
  expect(resolutionName({ video: [] })).toBeNull();
});

it('says what a file holds in words', async () => {
  const t = await i18next.init({ lng: 'en', resources: { en: { translation: en } } });
  expect(videoText(FACTS, 'en', t)).toBe('1920 × 1080 · H.264 · 23.98 pictures/s');
  expect(audioText(FACTS, 'en', t)).toBe(
    'Japanese (AAC, stereo), German (AC-3, 6 channels), language not stated (truehd)',
  );
  expect(subtitleText(FACTS, 'en', t)).toBe('German (ASS)');
});

it('leaves a language that is none as the file has it', async () => {
  const t = await i18next.init({ lng: 'en', resources: { en: { translation: en } } });
  expect(subtitleText({ ...FACTS, subtitles: [{ codec: 'ass', language: '??' }] }, 'en', t)).toBe('?? (ASS)');
});
