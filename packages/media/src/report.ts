import type { MediaFacts } from '@aniworld/contracts';

/** What MediaInfo says of a file: all values as text. */
export interface Report {
  media?: { track?: Entry[] } | null;
}

interface Entry {
  '@type': string;
  Format?: string;
  Duration?: string;
  Width?: string;
  Height?: string;
  FrameRate?: string;
  Channels?: string;
  Language?: string;
  IsTruncated?: string;
  extra?: { IsTruncated?: string; ConformanceErrors?: unknown };
}

const NO_VIDEO = 'What came is no video that a player takes. Look for another source.';
const CUT = 'The file is cut short. Look for another source.';

/**
 * Judges a report.
 * @returns the facts, or a sentence that says why the file is refused
 */
export function judgeReport({ media }: Report): { facts: MediaFacts } | { refusal: string } {
  const tracks = media?.track ?? [];
  const general = tracks.find((one) => one['@type'] === 'General');
  if (!general?.Format) return { refusal: NO_VIDEO };
  if (isCut(general)) return { refusal: CUT };
  const of = (type: string) => tracks.filter((one) => one['@type'] === type);
  const facts: MediaFacts = {
    container: named(CONTAINERS, general.Format),
    duration_seconds: numberOf(general.Duration),
    video: of('Video').flatMap((one) => videoOf(one)),
    audio: of('Audio').map((one) => ({
      codec: named(CODECS, one.Format),
      channels: numberOf(one.Channels),
      language: one.Language ?? null,
    })),
    subtitles: of('Text').map((one) => ({ codec: named(CODECS, one.Format), language: one.Language ?? null })),
  };
  // A still picture has tracks of its own kind; a file of nothing but text is no episode either.
  if (facts.video.length + facts.audio.length === 0 || facts.duration_seconds === 0) return { refusal: NO_VIDEO };
  return { facts };
}

/** Flash Video has no length of its own: there, only its last element says that it is not all there. */
function isCut({ IsTruncated, Format, extra }: Entry): boolean {
  if ((IsTruncated ?? extra?.IsTruncated) === 'Yes') return true;
  return Format === 'Flash Video' && JSON.stringify(extra?.ConformanceErrors ?? '').includes('maximal permitted size');
}

function videoOf({ Format, Width, Height, FrameRate }: Entry): MediaFacts['video'] {
  const [width, height] = [numberOf(Width), numberOf(Height)];
  if (!width || !height) return [];
  return [{ codec: named(CODECS, Format), width, height, frames_per_second: numberOf(FrameRate) }];
}

function numberOf(text: string | undefined): number | null {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) && value >= 0 ? value : null;
}

const CONTAINERS: Record<string, string> = {
  'MPEG-4': 'mp4',
  'MPEG-TS': 'mpegts',
  'MPEG-PS': 'mpeg',
  'Flash Video': 'flv',
};
const CODECS: Record<string, string> = {
  AVC: 'h264',
  'MPEG Audio': 'mp3',
  'MPEG Video': 'mpeg2',
  'MPEG-4 Visual': 'mpeg4',
  'AC-3': 'ac3',
  'E-AC-3': 'eac3',
  'UTF-8': 'srt',
};

const named = (names: Record<string, string>, format = 'unknown') => names[format] ?? format.toLowerCase();
