import type { MediaFacts } from '@aniworld/contracts';
import type { EpisodeNames } from './path.ts';

/** Heights by which people name a picture; a film in a wide format has fewer lines than its width stands for. */
const QUALITIES: [name: string, width: number, height: number][] = [
  ['2160p', 3200, 1800],
  ['1440p', 2240, 1300],
  ['1080p', 1600, 900],
  ['720p', 1080, 650],
  ['576p', 960, 540],
  ['480p', 640, 400],
];

/** What a name can say of what is in a file; nothing when nobody has looked. */
export function mediaNames(facts: MediaFacts | null): Partial<EpisodeNames> {
  if (!facts) return {};
  const [picture] = facts.video;
  const languages = facts.audio.flatMap(({ language }) => language ?? []);
  return {
    ...(picture && {
      quality:
        QUALITIES.find(([, width, height]) => picture.width >= width || picture.height >= height)?.[0] ??
        `${picture.height}p`,
      resolution: `${picture.width}x${picture.height}`,
      video_codec: picture.codec,
    }),
    audio_codec: facts.audio[0]?.codec ?? null,
    languages: [...new Set(languages)].join('-') || null,
  };
}
