import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { createCheck, kindOf } from './content.ts';
import type { HlsJob, Sidecar } from './job.ts';
import { openKeyRing } from './key.ts';
import type { Origin } from './origin.ts';
import { readPlaylist, type Rendition } from './playlist.ts';
import type { Segment } from './segment.ts';

/** Of one rendition: text of a whole day takes a tenth of it. */
const MOST_BYTES = 32 * 1024 * 1024;

export interface Saving {
  job: HlsJob;
  origin: Origin;
  renditions: (Rendition & { url: string })[];
  /** The beginning of the picture, whose clock the subtitles go by; null when it was joined and has another one. */
  head: Buffer | null;
  notes: string[];
}

/**
 * Saves subtitles as WebVTT files beside the episode. One that can't be had costs the episode nothing but a note.
 */
export async function saveSubtitles(saving: Saving, signal: AbortSignal): Promise<Sidecar[]> {
  const { job, renditions, notes } = saving;
  const sidecars: Sidecar[] = [];
  const taken = new Set<string>();
  if (renditions.length > 0) await mkdir(job.scratch, { recursive: true });
  for (const rendition of renditions) {
    try {
      const text = await fetchText(saving, rendition, signal);
      const suffix = suffixOf(rendition, taken);
      const path = join(job.scratch, `subtitle${suffix}`);
      await writeFile(path, text);
      sidecars.push({ path, suffix });
    } catch (error) {
      signal.throwIfAborted();
      const why = error instanceof Failure ? error.message : 'They can’t be read.';
      notes.push(`Subtitles (${rendition.language ?? rendition.name}) were left out. ${why}`);
    }
  }
  return sidecars;
}

/** `.de.vtt`, `.de.forced.vtt`, `.de.2.vtt`: what media servers read languages from. */
function suffixOf({ language, isForced }: Rendition, taken: Set<string>): string {
  const tag = language && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language) ? language : 'und';
  const stem = `.${tag}${isForced ? '.forced' : ''}`;
  for (let n = 1; ; n += 1) {
    const suffix = `${stem}${n > 1 ? `.${n}` : ''}.vtt`;
    if (taken.has(suffix)) continue;
    taken.add(suffix);
    return suffix;
  }
}

async function fetchText({ origin, head }: Saving, { url }: Rendition & { url: string }, signal: AbortSignal) {
  const playlist = await readPlaylist(origin, url, signal);
  if (playlist.kind !== 'media' || !playlist.ended)
    throw new Failure('bad_content', 'Their playlist isn’t a whole one.');
  const keys = openKeyRing(origin);
  const texts: string[] = [];
  let left = MOST_BYTES;
  for (const segment of playlist.segments) {
    const data = await fetchSegment(origin, keys, segment, left, signal);
    left -= data.length;
    texts.push(data.toString('utf8'));
  }
  return joinSubtitles(texts, startOf(head));
}

async function fetchSegment(
  origin: Origin,
  keys: ReturnType<typeof openKeyRing>,
  { url, range, key }: Segment,
  most: number,
  signal: AbortSignal,
): Promise<Buffer> {
  let pieces: Buffer[] = [];
  let length = 0;
  const begin = async () => {
    pieces = [];
    length = 0;
  };
  const write = async (piece: Buffer) => {
    length += piece.length;
    if (length > most) throw new Failure('bad_content', 'They are too long.');
    pieces.push(Buffer.from(piece));
  };
  await origin.stream({ url, range }, { begin, write }, signal);
  const data = Buffer.concat(pieces);
  if (!key) return data;
  const decipher = await keys.decipher(key, signal);
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

/** Seconds on the stream's clock at which the picture begins; null when nobody knows. */
function startOf(head: Buffer | null): number | null {
  if (!head) return null;
  const check = createCheck(kindOf(head), new Map());
  check.add(head);
  return check.span()?.start ?? null;
}

/** Where `LOCAL` of a segment's text is on the stream's clock, which has 33 bits at 90 kHz (RFC 8216 section 3.5). */
const TIMESTAMP_MAP = /^X-TIMESTAMP-MAP=(?=.*MPEGTS:(\d{1,10}))(?=.*LOCAL:((?:\d+:)?\d\d:\d\d\.\d{3}))/m;
const TIME = /((?:\d{2,}:)?\d\d:\d\d\.\d{3})/g;

/**
 * Joins the WebVTT texts of segments into one. A cue that lasts over a border is in both and is written once.
 * @param start seconds on the stream's clock at which the picture begins; null: where the first text says that it does
 * @throws Failure `bad_content` for what isn't WebVTT
 */
export function joinSubtitles(texts: string[], start: number | null): string {
  const cues = new Set<string>();
  const styles = new Set<string>();
  let begin = start;
  for (const text of texts) {
    const blocks = text
      .replace(/^\ufeff/, '')
      .replaceAll(/\r\n?/g, '\n')
      .split(/\n{2,}/);
    const header = blocks.shift() ?? '';
    if (!/^WEBVTT([ \t\n]|$)/.test(header)) throw new Failure('bad_content', 'They are no WebVTT.');
    const clock = clockOf(header);
    begin ??= clock?.stream ?? null;
    const shift = clock === null ? 0 : clock.stream - clock.local - (begin ?? 0);
    for (const block of blocks.map((one) => one.trim())) {
      if (/^(STYLE|REGION)/.test(block)) styles.add(block);
      else if (block.includes('-->')) cues.add(shifted(block, shift));
    }
  }
  return `${['WEBVTT', ...styles, ...cues].join('\n\n')}\n`;
}

/** The same moment on the stream's clock and on the text's own, in seconds. */
function clockOf(header: string): { stream: number; local: number } | null {
  const [, clock, local] = TIMESTAMP_MAP.exec(header) ?? [];
  return clock === undefined || local === undefined
    ? null
    : { stream: Number(clock) / 90_000, local: secondsOf(local) };
}

/** Only the line of times is touched, and an identifier before it goes: segments number theirs anew. */
function shifted(block: string, shift: number): string {
  const lines = block.split('\n');
  const at = lines.findIndex((line) => line.includes('-->'));
  const times = lines[at]!.replaceAll(TIME, (time) => timeOf(Math.max(0, secondsOf(time) + shift)));
  return [times, ...lines.slice(at + 1)].join('\n');
}

function secondsOf(time: string): number {
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function timeOf(seconds: number): string {
  const ms = Math.round(seconds * 1_000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1_000) % 60)}.${String(ms % 1_000).padStart(3, '0')}`;
}
