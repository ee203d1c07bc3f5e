import type { Label } from './label.ts';
import { spelledNumber } from './numeral.ts';
import type { Bracket, Token } from './token.ts';

/** Words of releases that no title needs: where one stands outside of brackets, the title has ended. */
const TAG =
  /^(?:web|webrip|webdl|web-?dl|dvd|dvdrip|dvdscr|dvd[59]|dvdiso|r2dvd|bd|bdrip|bdmv|bdremux|brrip|bluray|blu-?ray|hdtv|hdtvrip|hdrip|hddvd|uhd|tvrip|dtv|pdtv|dsr|dsrip|satrip|vhsrip|vhs|laserdisc|ldrip|sdtv|xvid|divx\d?|[xh]26[45]|h264p?|hevc|hevc\d{0,2}|avc|av1|vp9|vc-?1|mpeg[24]|hi10p?|hi444pp?|8bits?|10bits?|12bits?|8-bit|10-bit|yuv4\d\dp\d{0,2}|ma10p|aac|aacx\d|aac\d|he-?aac|flac|flacx\d|ac3|eac3|e-ac-3|dd|ddp|ddp5|dd5|dd2|dda|dts|dts-?hd|truehd|atmos|opus|vorbis|ogg|mp3|lpcm|pcm|hdr|hdr10|dovi|sdr|\d{2,3}fps|remux|remastered|remaster|repack|proper|rerip|uncensored|uncut|vostfr|vostf|vf|vff|multi|multisub|multisubs|dual-?audio|dualaudio|softsubs?|hardsubs?|subbed|dubbed|raws?|big5|chs|cht|baha|abema|bilibili|crunchyroll|dsnp|amzn|nf|hulu|hidive|funi|batch|complete|4k|8k|ultrahd|hdr10plus|fhd)$/;
/** These are words as well: they end a title only beside another tag. */
const WEAK =
  /^(?:web|dvd|bd|multi|raws?|complete|proper|dd|nf|vf|cr|hd|tv|eng|english|jap|jpn|japanese|ita|french|fr|german|ger|spanish|esp|spa|pt-br|br|rus|ru|sub|subs|dub|audio|dual|uncut|batch|vhs|ma|main|uncensored|remaster|remastered|laserdisc|opus|rip|atmos|ogg|bilibili|crunchyroll|softsub|gb|jp|sc|tc|big|end|fin|final|hevc|fixed|hdr|amzn|hulu|finale|series|pcm|sdr|5|2|7|subx\d|chap|chapters?|hi|bit|8|10|mp4|mkv)$/;

const HEIGHT = /^(?:\d{3,4}[pi]|[48]k)$/;
const SIZE = /^\d{3,4}[x×]\d{3,4}[pi]?$/;
const BARE_HEIGHT = /^(?:360|480|540|576|720|1080|1440|2160)$/;
const YEAR = /^(?:19[3-9]\d|20[0-4]\d)$/;

export const isTag = (key: string) => TAG.test(key) || HEIGHT.test(key) || SIZE.test(key);
export const isStrongTag = (key: string) => isTag(key) && !WEAK.test(key);
export const isYear = (key: string) => YEAR.test(key);
export const isBareHeight = (key: string) => BARE_HEIGHT.test(key);

const isAlone = (bracket: Bracket | null, from: number, to: number) => bracket?.from === from && bracket.to === to;

/** What says how a file was made, and its marks: resolution, checksum, version, year, codec, source, language. */
export function readTag(tokens: readonly Token[], from: number): Label | null {
  const { key, text, bracket, gap } = tokens[from]!;
  const to = from + 1;
  const run = { from, to };
  if (HEIGHT.test(key) || SIZE.test(key)) return { kind: 'resolution', text, ...run };
  if (isBareHeight(key) && isBesideTags(tokens, from)) return { kind: 'resolution', text, ...run };
  if (isChecksum(tokens, from)) return { kind: 'crc32', text, ...run };
  if (/^v\d$/.test(key) && (bracket || /^$|[[(]/.test(tokens[to]?.gap ?? '')))
    return { kind: 'version', version: Number(key[1]), ...run };
  if (isYear(key) && (isAlone(bracket, from, to) || bracket?.from === from))
    return { kind: 'year', year: Number(key), ...run };
  // The point within `H.264`, `AAC2.0`, `DD5.1` and `5.1ch`.
  const next = tokens[to];
  if (next?.gap === '.' && /^[hx]$/.test(key) && /^26[45]$/.test(next.key)) return { kind: 'tag', from, to: to + 1 };
  if (next && /^[ -]$/.test(next.gap) && isPair(key, next.key)) return { kind: 'tag', from, to: to + 1 };
  if (
    next?.gap === '.' &&
    /^(?:aac|ddp?|dts|ac3|eac3|flac|truehd|opus|dda?)\d$/.test(key) &&
    /^\d(?:ch)?$/.test(next.key)
  )
    return { kind: 'tag', from, to: to + 1 };
  // Channels of the sound alone in a bracket: `[5.1]`.
  if (bracket && next?.gap === '.' && /^[257]$/.test(key) && /^[01]$/.test(next.key) && isAlone(bracket, from, to + 1))
    return { kind: 'tag', from, to: to + 1 };
  if (TAG.test(key)) {
    const weak = WEAK.test(key) && !bracket && !isBesideTag(tokens, from);
    return weak && !/ -|^-/.test(gap) ? null : { kind: 'tag', ...run };
  }
  return null;
}

/** `Blu-Ray`, `10 bit`, `WEB-DL`, `Dual Audio`, `AAC 5.1`. */
function isPair(key: string, next: string): boolean {
  if (key === 'web') return next === 'dl' || next === 'rip';
  if (key === 'blu' || key === 'blue') return next === 'ray';
  if (key === 'dual' || key === 'multi') return /^(?:audio|subs?|lang|language)$/.test(next);
  if (key === 'dts') return /^(?:hd|es|ma|x)$/.test(next);
  return /^(?:8|10|12)$/.test(key) && /^bits?$/.test(next);
}

const CHECKSUM = /^[0-9a-f]{8}$/;

/** Eight hexadecimal digits in brackets, also when all are decimal; without brackets they need both kinds. */
function isChecksum(tokens: readonly Token[], from: number): boolean {
  const { key, bracket, gap } = tokens[from]!;
  if (!CHECKSUM.test(key)) return false;
  if (isAlone(bracket, from, from + 1)) return true;
  return /\d/.test(key) && /[a-f]/.test(key) && from === tokens.length - 1 && /[-_ .]$/.test(gap);
}

/** Within brackets a height needs no `p`; outside it does, unless a tag stands behind it. */
function isBesideTags(tokens: readonly Token[], from: number): boolean {
  const { bracket } = tokens[from]!;
  if (isAlone(bracket, from, from + 1)) return bracket?.open !== '(' && from > 0;
  const next = tokens[from + 1];
  if (bracket) return [tokens[from - 1], next].some((one) => one?.bracket === bracket && isTag(one.key));
  return next !== undefined && next.bracket === null && isTag(next.key) && from > 0 && !/^ - $/.test(tokens[from]!.gap);
}

function isBesideTag(tokens: readonly Token[], from: number): boolean {
  const before = tokens[from - 1];
  const after = tokens[from + 1];
  const beside = [before, after].some(
    (one) => one !== undefined && (isStrongTag(one.key) || BARE_HEIGHT.test(one.key)),
  );
  const codec = after !== undefined && /^[hx]$/.test(after.key) && /^26[45]$/.test(tokens[from + 2]?.key ?? '');
  return beside || codec || (after !== undefined && isTag(after.key));
}

const SITES = 'tvdb|tmdb|imdb|anidb|anilist|mal|tvmaze';
const SITE = new RegExp(`^(?<site>${SITES})(?:id)?$`);

/** `{tvdb-123}`, `[tvdbid-123]`, `{imdb-tt0123}`, `[tmdbid=123]`. */
export function readId(tokens: readonly Token[], from: number): Label | null {
  const { key, bracket } = tokens[from]!;
  const site = SITE.exec(key)?.groups?.site;
  const next = tokens[from + 1];
  if (site === undefined || !bracket || !next || !/^[-=]$/.test(next.gap) || !/^(?:tt)?\d{1,10}$/.test(next.key))
    return null;
  return { kind: 'id', site, id: next.text, from, to: from + 2 };
}

const PLACE = /^(?:vol|volume|volumes|disc|disk|cd|tome|bd|dvd)$/;
const NUMBERED = /^(?:part|pt|parte|cour|teil)$/;

/** Numbers that count something else: `Vol.03`, `Disc 2`, `Part 1`, `Cour 2`, `No.6`, `Ver1.1a`. */
export function readOtherCount(tokens: readonly Token[], from: number): Label | null {
  const { key } = tokens[from]!;
  const next = tokens[from + 1];
  const near = next !== undefined && /^(?:[ ._]{1,2}|-)$/.test(next.gap);
  const volume = /^(?:vol|disc|disk|cd|volume)\d{1,3}(?:v(\d))?$/.exec(key);
  if (volume) return volumeLabel(tokens, from, from + 1, volume[1]);
  const glued = /^(?:part|pt)(\d{1,2})$/.exec(key)?.[1];
  if (glued !== undefined) return { kind: 'part', number: Number(glued), from, to: from + 1 };
  if (/^ver\d/.test(key))
    return { kind: 'title number', from, to: from + (next?.gap === '.' && /^\d/.test(next.key) ? 2 : 1) };
  if (!near) return null;
  const numbered = PLACE.test(key) ? /^\d{1,3}(?:v(\d))?$/.exec(next.key) : null;
  if (numbered) return volumeLabel(tokens, from, from + 2, numbered[1]);
  if (key === 'no' && next.gap.startsWith('.') && /^\d{1,4}$/.test(next.key))
    return { kind: 'title number', from, to: from + 2 };
  if (!NUMBERED.test(key)) return null;
  const number = /^\d{1,2}$/.test(next.key) ? Number(next.key) : spelledNumber(next.key);
  return number > 0 ? { kind: 'part', number, from, to: from + 2 } : null;
}

/** `Vol.1`, `Vol.1v2`, `Vol.1&2`. */
function volumeLabel(tokens: readonly Token[], from: number, to: number, version: string | undefined): Label {
  const second = /^ ?[&+-] ?$/.test(tokens[to]?.gap ?? '') && /^\d{1,3}(?:v\d)?$/.test(tokens[to]!.key);
  return { kind: 'noise', from, to: second ? to + 1 : to, version: version === undefined ? null : Number(version) };
}

/** What cameras, discs and cutting programs call their files: `IMG_4711`, `VTS_01_1`, `clip_0042`. */
const DEVICE = /^(?:img|dsc|dscn|dscf|mvi|vid|pxl|gopr|vts|clip|scan|screenshot)$/;

/** Many letters and digits in turn: the name of an upload, in which no number means an episode. */
export function readHash(tokens: readonly Token[], from: number): Label | null {
  const { key, text } = tokens[from]!;
  if (from === 0 && DEVICE.test(key) && tokens[1]?.gap === '_') return { kind: 'hash', from, to: 1 };
  if (key.length < 12 || !/^[0-9a-z]+$/.test(key)) return null;
  const changes = text.match(/[a-zA-Z](?=\d)|\d(?=[a-zA-Z])|[a-z](?=[A-Z])/g)?.length ?? 0;
  return changes * 5 >= key.length ? { kind: 'hash', from, to: from + 1 } : null;
}
