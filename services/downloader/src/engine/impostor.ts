import { Failure } from '../failure.ts';

/** So many bytes of a file's beginning and of its end tell a video from a page. */
export const LOOKED_AT = 1_024;

const TEXT_TYPES = /^(text\/html|application\/(xhtml\+xml|json|problem\+json))\b/i;
const MARKUP = /^(\ufeff|\s)*(<!doctype\s|<!--|<html|<head|<body|<\?xml|<[a-z]+[\s>])/i;
/** What no page has, in whatever encoding of one byte; of bytes that only begin like markup there are some in any kilobyte. */
const CONTROLS = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;
const PAGE_END = /<\/(html|body)>(\s|\0|<!--[^>]*-->)*$/i;

/**
 * Tells a login page or an error message from a video.
 * @param type Content-Type; that of a real container is not looked at
 * @param head the first bytes of the file, `LOOKED_AT` of them unless it is shorter
 * @throws Failure `bad_content`
 */
export function refusePage(type: string | undefined, head: Buffer): void {
  if (containerOf(head) !== null) return;
  if (TEXT_TYPES.test(type ?? '') || isMarkup(head) || isText(head)) {
    throw new Failure('bad_content', 'The source sent a page or a message, not a video. It may want a login.');
  }
}

/**
 * Tells a video that turns into a page, as a gateway sends when the origin behind it dies.
 * @param tail the last bytes of the file
 * @throws Failure `bad_content`
 */
export function refusePageAtEnd(tail: Buffer): void {
  if (PAGE_END.test(tail.toString('latin1'))) {
    throw new Failure('bad_content', 'What the source sent begins like a video and ends as a page.');
  }
}

/** Signatures, with where they stand. Matroska and WebM are both EBML. */
const SIGNATURES: readonly (readonly [container: string, offset: number, signature: Buffer])[] = [
  ['mp4', 4, Buffer.from('ftyp')],
  ['mp4', 4, Buffer.from('moov')],
  ['mp4', 4, Buffer.from('styp')],
  ['mkv', 0, Buffer.from([0x1a, 0x45, 0xdf, 0xa3])],
  ['avi', 8, Buffer.from('AVI ')],
  ['flv', 0, Buffer.from('FLV\x01')],
  ['ogg', 0, Buffer.from('OggS\0')],
  ['mpeg', 0, Buffer.from([0, 0, 1, 0xba])],
  ['mpeg', 0, Buffer.from([0, 0, 1, 0xb3])],
  ['asf', 0, Buffer.from([0x30, 0x26, 0xb2, 0x75])],
];

/** Length of a transport stream's packet (ISO 13818-1), and with the time stamp of M2TS. */
const TS_PACKETS = [
  [0, 188],
  [4, 192],
] as const;

/** The container that a file's first bytes belong to, or null for none that is known. */
export function containerOf(head: Buffer): string | null {
  for (const [container, at, signature] of SIGNATURES)
    if (head.subarray(at, at + signature.length).equals(signature)) return container;
  const isStream = TS_PACKETS.some(([first, step]) => head[first] === 0x47 && head[first + step] === 0x47);
  return isStream ? 'ts' : null;
}

const isMarkup = (head: Buffer) => MARKUP.test(head.toString('utf8')) && !CONTROLS.test(head.toString('latin1'));

/** Whether nothing but characters that people read stands there. */
function isText(head: Buffer): boolean {
  // The last character may be cut.
  const text = head.toString('utf8').replace(/\ufffd$/, '');
  return text.length > 0 && !/[\0-\x08\x0e-\x1f\x7f\ufffd]/.test(text);
}
