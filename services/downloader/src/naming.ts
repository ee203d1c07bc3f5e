import type { Resolved } from '@aniworld/contracts';
import { Failure } from './failure.ts';

/** What a name is made from. */
export type NameFields = Resolved['names'] & { ext: string };

/** Longest file name that Linux file systems take, in bytes. */
const MOST_BYTES = 255;
/** Left free in a file's stem, so that subtitles and metadata beside it (`.de.forced.srt`, `-thumb.jpg`) fit too. */
const SIDECAR_ROOM = 20;

/** Names that Windows reserves whatever their extension; shares are read from there. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * The path of an episode's file below its library folder, by the naming template.
 *
 * Fields: `{series} {year} {season} {episode} {absolute} {title} {ext}`; `{season:00}` pads with zeros. Text in
 * brackets round an empty field goes away with it. Season 0 is `Season 00`.
 * @throws Failure `path` when nothing usable is left of a part
 */
export function episodePath(template: string, fields: NameFields): string {
  const parts = template.split('/').map((part) => fillPart(part, fields));
  const file = parts.pop() ?? '';
  const suffix = `.${fields.ext}`;
  const stem = file.endsWith(suffix) ? file.slice(0, -suffix.length) : file;
  const name = safeName(stem, MOST_BYTES - SIDECAR_ROOM - Buffer.byteLength(suffix)) + suffix;
  return [...parts.map((part) => safeName(part, MOST_BYTES)), name].join('/');
}

/** The nth name for a file whose name is taken: `Name (2).mkv`. */
export function numbered(path: string, n: number): string {
  const dot = path.lastIndexOf('.');
  return n < 2 ? path : `${path.slice(0, dot)} (${n})${path.slice(dot)}`;
}

function fillPart(part: string, fields: NameFields): string {
  return part
    .replaceAll(/\{(\w+)(?::(0+))?\}/g, (whole, name: string, zeros?: string) => {
      if (!(name in fields)) return whole;
      const value = fields[name as keyof NameFields];
      // A slash inside a title is text, never a folder.
      return String(value ?? '')
        .replaceAll(/[/\\]/g, '-')
        .padStart(value === null ? 0 : (zeros?.length ?? 0), '0');
    })
    .replaceAll(/[([]\s*[)\]]/g, '');
}

/**
 * Makes one safe name: NFC, no control or bidirectional characters, none of `<>:"/\|?*`, no dot or blank at its ends, no
 * leading hyphen, not reserved, cut at a character's border to fit.
 */
function safeName(text: string, mostBytes: number): string {
  const clean = text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cs}\p{Co}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, '')
    .replaceAll(/\s*:\s*/g, ' - ')
    .replaceAll(/[<>"/\\|?*]/g, '')
    .replaceAll(/\s+/g, ' ');
  const cut = trimEnds(cutBytes(trimEnds(clean), mostBytes));
  if (cut === '') throw new Failure('path');
  return RESERVED.test(cut) ? `_${cut}`.slice(0, mostBytes) : cut;
}

const trimEnds = (text: string) => text.replace(/^[\s.-]+/, '').replace(/[\s.]+$/, '');

function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  let cut = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > most) break;
    cut += segment;
  }
  return cut;
}
