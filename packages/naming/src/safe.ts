/** Longest file name that Linux file systems take, in bytes. */
export const MOST_BYTES = 255;
/** Left free in a file's stem for the number of a taken name, ` (1000)`, and for what stands beside it, `.zh-Hant-TW.forced.ass`. */
export const SIDECAR_ROOM = 40;

/** Far more than a name can hold; what is longer could only cost time. */
const MOST_CHARACTERS = 1_000;

/** Names that Windows reserves whatever their extension; shares are read from there. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i;
/** Control and format characters (bidirectional, zero width, tags), halves of characters, private and never assigned ones. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\u115f\u1160\u3164\uffa0]/gu;
/** Stands for a name of which nothing is left. */
const NAMELESS = '_';

/**
 * Makes one safe name: NFC, nothing invisible, none of `<>:"/\|?*`, no dot, blank or hyphen at its ends, not reserved, cut
 * at a character's border to fit. A name of nothing but such characters becomes `_`.
 */
export function safeName(text: string, mostBytes = MOST_BYTES): string {
  const clean = text
    .slice(0, MOST_CHARACTERS)
    .replaceAll(/[\t\n\v\f\r]/g, ' ')
    .replaceAll(INVISIBLE, '')
    .replaceAll(/\s*:\s*/g, ' - ')
    .replaceAll(/[<>"/\\|?*]/g, '')
    .replaceAll(/\s+/g, ' ')
    .normalize('NFC');
  const cut = cutName(trimEnds(clean), mostBytes) || NAMELESS;
  return RESERVED.test(cut) ? cutName(`_${cut}`, mostBytes) : cut;
}

/** Cuts at a character's border, and tidies the end that this makes. */
export function cutName(text: string, mostBytes: number): string {
  return trimEnds(cutBytes(text, Math.max(0, mostBytes)));
}

const trimEnds = (text: string) => text.replace(/^[\s.-]+/, '').replace(/[\s.]+$|\s+-+[\s.-]*$/, '');

function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const { cut } = take(new Intl.Segmenter().segment(text), most);
  if (cut !== '') return cut;
  // One character under a heap of accents: then by code points.
  return take(
    Array.from(text, (segment) => ({ segment })),
    most,
  ).cut;
}

function take(segments: Iterable<{ segment: string }>, most: number): { cut: string } {
  let cut = '';
  let bytes = 0;
  for (const { segment } of segments) {
    bytes += Buffer.byteLength(segment);
    if (bytes > most) break;
    cut += segment;
  }
  return { cut };
}
