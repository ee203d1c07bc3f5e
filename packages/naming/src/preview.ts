import { namingFields, namingPresets, type NamingPreview } from '@aniworld/contracts';
import { type EpisodeNames, episodePath, resolvePreset } from './path.ts';

const base: EpisodeNames = {
  series: 'Lantern Harbour',
  year: 2024,
  season: 1,
  episode: 4,
  absolute: null,
  title: 'The Hidden Letter',
  ext: 'mkv',
  air_date: '2024-05-31',
  provider: 'sample',
  quality: '1080p',
  resolution: '1920x1080',
  video_codec: 'h264',
  audio_codec: 'aac',
  languages: 'ja-en',
  subtitles: 'de-en',
  tvdb_id: 123456,
  anilist_id: null,
};

/** Made-up episodes of each kind that makes trouble. */
const examples: Record<NamingPreview['examples'][number]['kind'], EpisodeNames> = {
  episode: base,
  special: { ...base, season: 0, episode: 1, title: 'Behind the Lanterns' },
  double: { ...base, episode: [1, 2], title: 'Arrival' },
  anime: {
    ...base,
    series: 'Kite & Kestrel',
    year: 2019,
    season: 2,
    episode: 3,
    absolute: 15,
    title: 'Tailwind',
    anilist_id: 98765,
  },
  hostile: { ...base, series: '../../CON: "What?"', year: null, title: '..\\NUL. \u202egnp.exe ' },
};

/**
 * What a template makes of some episodes, and what it can be made of.
 * @param template a template, or the name of a preset
 * @throws NAMING_TEMPLATE
 */
export function previewNaming(template: string): NamingPreview {
  const written = resolvePreset(template);
  return {
    template: written,
    preset: Object.entries(namingPresets).find(([, preset]) => preset === written)?.[0] ?? null,
    examples: kinds.map((kind) => {
      const path = episodePath(written, examples[kind]);
      return { kind, path, bytes: Buffer.byteLength(path.slice(path.lastIndexOf('/') + 1)) };
    }),
    fields: Object.entries(namingFields).map(([name, { description }]) => ({ name, description })),
    presets: Object.entries(namingPresets).map(([name, preset]) => ({ name, template: preset })),
  };
}

const kinds = Object.keys(examples) as (keyof typeof examples)[];
