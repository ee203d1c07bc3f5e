import { AppConfig } from '@aniworld/contracts';
import { expect, test } from 'vitest';
import { chooseVariant } from './choice.ts';
import type { Rendition, Variant } from './playlist.ts';

const { download } = AppConfig.parse({});
const variant = (height: number | null, bandwidth: number, more: Partial<Variant> = {}): Variant => ({
  ...{ url: `${height}-${bandwidth}`, bandwidth, height, width: height && Math.round((height * 16) / 9) },
  ...{ codecs: 'avc1,mp4a', audio: [], subtitles: [], ...more },
});
const sound = (language: string, more: Partial<Rendition> = {}): Rendition => ({
  ...{ kind: 'audio', group: 'a', url: language, language, name: language, isDefault: false, isForced: false },
  ...more,
});
const choose = (variants: Variant[], settings: Partial<typeof download>) =>
  chooseVariant({ kind: 'master', variants }, { ...download, ...settings });

test.each([
  ['best', '1080-6000'],
  ['2160p', '1080-6000'],
  ['1080p', '1080-6000'],
  ['720p', '720-3000'],
  ['480p', '360-800'],
  ['least', '360-800'],
] as const)('%s takes the best variant that is not above it', (quality, url) => {
  const variants = [
    variant(720, 3_000),
    variant(360, 500),
    variant(1080, 4_000),
    variant(1080, 6_000),
    variant(360, 800),
  ];
  expect(choose(variants, { quality }).variant.url).toBe(url);
});

test('when all are above the quality it is the least one', () => {
  expect(choose([variant(1080, 5_000), variant(720, 3_000)], { quality: '360p' }).variant.height).toBe(720);
});

test('a picture held upright counts by its shorter side, one of unknown height by its bandwidth', () => {
  const upright = variant(1920, 5_000, { width: 1080 });
  expect(choose([upright, variant(720, 3_000)], { quality: '1080p' }).variant).toBe(upright);
  const unknown = [variant(null, 900_000), variant(null, 3_500_000), variant(null, 7_000_000)];
  expect(choose(unknown, { quality: '720p' }).variant.bandwidth).toBe(3_500_000);
});

test('sound alone is no variant as long as there is a picture', () => {
  const alone = variant(null, 9_000, { codecs: 'mp4a.40.2' });
  expect(choose([alone, variant(360, 500)], { quality: 'least' }).variant.height).toBe(360);
  expect(choose([alone], {}).variant).toBe(alone);
});

test('the default sound comes first, with the languages that are asked for', () => {
  const audio = [sound('en-GB'), sound('ja', { isDefault: true }), sound('de'), sound('fr')];
  const of = (languages: string[]) =>
    choose([variant(720, 1, { audio })], { audio_languages: languages }).audio.map(({ language }) => language);
  expect(of([])).toEqual(['ja']);
  expect(of(['en', 'de'])).toEqual(['ja', 'en-GB', 'de']);
  expect(of(['all'])).toEqual(['ja', 'en-GB', 'de', 'fr']);
});

test('sound without an address is in the variant itself', () => {
  const audio = [sound('ja', { isDefault: true, url: undefined }), sound('de')];
  expect(choose([variant(720, 1, { audio })], { audio_languages: ['de'] })).toMatchObject({
    ownAudio: true,
    audio: [{ language: 'de' }],
  });
});
