import type { AppConfig } from '@aniworld/contracts';
import { Failure } from '../failure.ts';
import type { MasterPlaylist, Rendition, Variant } from './playlist.ts';

type Settings = Pick<AppConfig['download'], 'quality' | 'audio_languages' | 'subtitle_languages'>;

export interface Choice {
  variant: Variant;
  /** Audio that comes apart from the picture; the default one first. */
  audio: (Rendition & { url: string })[];
  /** Whether the sound in the variant's own segments is wanted. */
  ownAudio: boolean;
  subtitles: (Rendition & { url: string })[];
}

/** Bits per second that a picture of a height rarely exceeds, for variants that don't say how high theirs is. */
const MOST_BITS: [height: number, bits: number][] = [
  [360, 1_000_000],
  [480, 1_800_000],
  [720, 4_000_000],
  [1080, 8_000_000],
  [1440, 16_000_000],
];

/**
 * Chooses by the settings: the best variant that is not above the quality, the least one when all are above; its default
 * audio and the languages asked for; the subtitles asked for.
 * @throws Failure `bad_content` when there is nothing to choose from
 */
export function chooseVariant(master: MasterPlaylist, settings: Settings): Choice {
  const pictures = master.variants.filter((variant) => !isAudioOnly(variant));
  const ranked = (pictures.length > 0 ? pictures : master.variants).toSorted(byQuality);
  const least = ranked[0];
  if (!least) throw new Failure('bad_content', 'The playlist has no variants. Look for another source.');
  const variant = ranked.findLast((one) => heightOf(one) <= mostHeight(settings.quality, least)) ?? least;
  const audio = chooseAudio(variant.audio, settings.audio_languages);
  return {
    variant,
    audio: audio.filter(hasUrl),
    ownAudio: audio.length === 0 || audio.some((one) => one.url === undefined),
    subtitles: variant.subtitles.filter(hasUrl).filter(({ language }) => wants(settings.subtitle_languages, language)),
  };
}

function mostHeight(quality: Settings['quality'], least: Variant): number {
  if (quality === 'best') return Number.POSITIVE_INFINITY;
  return quality === 'least' ? heightOf(least) : Number.parseInt(quality, 10);
}

const byQuality = (a: Variant, b: Variant) => heightOf(a) - heightOf(b) || a.bandwidth - b.bandwidth;

/** The shorter side: a picture held upright has the same quality as one that lies. */
function heightOf({ width, height, bandwidth }: Variant): number {
  if (height !== null) return Math.min(height, width ?? height);
  return MOST_BITS.find(([, bits]) => bandwidth <= bits)?.[0] ?? 2_160;
}

function isAudioOnly({ height, codecs }: Variant): boolean {
  return (
    height === null &&
    codecs !== '' &&
    codecs.split(',').every((codec) => /^\s*(mp4a|ac-3|ec-3|opus|flac)/i.test(codec))
  );
}

function chooseAudio(group: Rendition[], languages: string[]): Rendition[] {
  const main = group.find((one) => one.isDefault) ?? group[0];
  if (!main) return [];
  return [main, ...group.filter((one) => one !== main && wants(languages, one.language))];
}

/** A language asked for takes in its regional forms: `en` also means `en-GB`. */
function wants(languages: string[], language: string | undefined): boolean {
  const is = language?.toLowerCase() ?? '';
  return languages.some((one) => one === 'all' || one.toLowerCase() === is || is.startsWith(`${one.toLowerCase()}-`));
}

const hasUrl = (one: Rendition): one is Rendition & { url: string } => one.url !== undefined;
