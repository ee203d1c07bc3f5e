import type { MediaFacts } from '@aniworld/contracts';
import type { TFunction } from 'i18next';

/** Codecs as people write them; others stand as the file names them. */
const CODECS: Record<string, string> = {
  h264: 'H.264',
  hevc: 'HEVC',
  av1: 'AV1',
  vp9: 'VP9',
  aac: 'AAC',
  ac3: 'AC-3',
  eac3: 'E-AC-3',
  flac: 'FLAC',
  opus: 'Opus',
  mp3: 'MP3',
  ass: 'ASS',
  subrip: 'SRT',
};

/** `1080p` by the larger of what width and height stand for: films are often cut to fewer lines. Null without a picture. */
export function resolutionName({ video }: Pick<MediaFacts, 'video'>): string | null {
  const picture = video[0];
  if (!picture) return null;
  const { width, height } = picture;
  for (const [lines, wide] of [
    [2160, 3840],
    [1440, 2560],
    [1080, 1920],
    [720, 1280],
    [576, 1024],
  ] as const) {
    if (height >= lines * 0.97 || width >= wide * 0.97) return `${lines}p`;
  }
  return `${height}p`;
}

/** `1920 × 1080 · H.264 · 23.98 pictures/s` */
export function videoText(facts: MediaFacts, language: string, t: TFunction): string {
  return facts.video
    .map(({ codec, width, height, frames_per_second }) => {
      const rate =
        frames_per_second && new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(frames_per_second);
      return [`${width} × ${height}`, codecName(codec), rate && t('media.rate', { rate })].filter(Boolean).join(' · ');
    })
    .join('; ');
}

/** `Japanese (AAC, stereo), German (AC-3, 6 channels)` */
export function audioText(facts: MediaFacts, language: string, t: TFunction): string {
  return facts.audio
    .map(({ codec, channels, language: spoken }) => {
      const wide = channels && (channels === 2 ? t('media.stereo') : t('media.channels', { count: channels }));
      return `${languageName(spoken, language, t)} (${[codecName(codec), wide].filter(Boolean).join(', ')})`;
    })
    .join(', ');
}

/** `German (ASS), English (SRT)` */
export function subtitleText(facts: MediaFacts, language: string, t: TFunction): string {
  return facts.subtitles
    .map(({ codec, language: written }) => `${languageName(written, language, t)} (${codecName(codec)})`)
    .join(', ');
}

const codecName = (codec: string) => CODECS[codec.toLowerCase()] ?? codec;

/** Files name languages as they like: `jpn`, `ja`, `ger`. What is no such name stands as it is. */
function languageName(code: string | null, language: string, t: TFunction): string {
  if (code === null || code === 'und') return t('media.unknownLanguage');
  try {
    return new Intl.DisplayNames([language], { type: 'language' }).of(BIBLIOGRAPHIC[code] ?? code) ?? code;
  } catch {
    return code;
  }
}

/** ISO 639-2 has a second name for some languages, which Matroska prefers and browsers don't know. */
const BIBLIOGRAPHIC: Record<string, string> = {
  ger: 'de',
  fre: 'fr',
  chi: 'zh',
  dut: 'nl',
  cze: 'cs',
  gre: 'el',
  rum: 'ro',
  per: 'fa',
};
