import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../failure.ts';
import { openFolder } from '@aniworld/library';
import { type Ffmpeg, runFfmpeg } from './ffmpeg.ts';
import type { ByteRange, HlsJob, Runs } from './job.ts';
import type { Stretch } from './plan.ts';
import type { Rendition } from './playlist.ts';

/** EBML: what a Matroska file begins with, and no segment of a stream. */
const MATROSKA = Buffer.from([0x1a, 0x45, 0xdf, 0xa3]);

export interface Joining {
  job: HlsJob;
  ffmpeg: Ffmpeg;
  runs: Runs;
  stretches: Stretch[];
  /** One for each track; null: the variant itself. */
  renditions: (Rendition | null)[];
  /** Whether the sound in the variant's own segments is wanted. */
  ownAudio: boolean;
  /** Called while it is under way. */
  onProgress: () => void;
}

/**
 * Joins what was written, without coding it anew, into one Matroska file in the place of the part file.
 *
 * The part file is replaced by one that is whole and on the disk: whatever happens, it is one or the other, and its first
 * bytes say which (`isJoined`).
 * @throws Failure `bad_content` when ffmpeg can't, or when it leaves out more than a tenth
 */
export async function joinTracks(joining: Joining, signal: AbortSignal): Promise<void> {
  const { job, stretches, renditions, onProgress } = joining;
  await mkdir(job.scratch, { recursive: true });
  const inputs: string[][] = [];
  for (const track of renditions.keys()) inputs.push(await inputOf(joining, track, signal));
  const target = join(job.scratch, 'joined.mkv');
  const args = [...inputs.flat(), ...outputOf(joining), target];
  let written = 0;
  const onSeconds = (seconds: number) => {
    written = Math.max(written, seconds);
    onProgress();
  };
  await runFfmpeg(joining.ffmpeg, args, onSeconds, signal);
  const listed = stretches.reduce((sum, { track, seconds }) => sum + (track === 0 ? seconds : 0), 0);
  if (written < listed * 0.9 - 10) {
    throw new Failure(
      'bad_content',
      `Joined, the stream lasts ${Math.round(written)} s and not ${Math.round(listed)} s.`,
    );
  }
  signal.throwIfAborted();
  await using joined = await open(target, 'r+');
  await joined.sync();
  await rename(target, job.part.path);
  await using folder = await openFolder(dirname(job.part.path), [], null);
  await folder.sync();
}

/** Whether a part file holds a whole joined file already. */
export async function isJoined(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MATROSKA.length), 0, MATROSKA.length, 0);
  return bytesRead === MATROSKA.length && buffer.equals(MATROSKA);
}

/** No network, no other files than these, and no format that names others: what a segment says is not to be trusted. */
const FENCED = ['-protocol_whitelist', 'file,subfile', '-format_whitelist', 'mpegts,mp4,aac,mp3,ac3,eac3,concat'];

async function inputOf(joining: Joining, track: number, signal: AbortSignal): Promise<string[]> {
  const { job, stretches } = joining;
  const parts: { address: string; seconds: number }[] = [];
  for (const [number, stretch] of stretches.entries()) {
    if (stretch.track !== track) continue;
    parts.push({ address: await addressOf(joining, number, signal), seconds: stretch.seconds });
  }
  if (parts.length === 1) return [...FENCED, '-i', parts[0]!.address];
  const list = join(job.scratch, `track-${track}.ffconcat`);
  const lines = parts.map(({ address, seconds }) => `file '${address.replaceAll("'", "'\\''")}'\nduration ${seconds}`);
  await writeFile(list, `ffconcat version 1.0\n${lines.join('\n')}\n`);
  return [...FENCED, '-f', 'concat', '-safe', '0', '-i', `file:${list}`];
}

/** Where ffmpeg reads a stretch: a range of the part file, or a file of its own when it lies there in pieces. */
async function addressOf({ job, runs }: Joining, stretch: number, signal: AbortSignal): Promise<string> {
  const ranges = rangesOf(runs, stretch);
  const [only] = ranges;
  const { path } = job.part;
  if (ranges.length === 1 && only) return `subfile,,start,${only.start},end,${only.end},,:${path}`;
  const gathered = join(job.scratch, `stretch-${stretch}`);
  await rm(gathered, { force: true });
  for (const { start, end } of ranges) {
    await pipeline(createReadStream(path, { start, end: end - 1 }), createWriteStream(gathered, { flags: 'a' }), {
      signal,
    });
  }
  return `file:${gathered}`;
}

/** Where a stretch lies in the part file. */
export function rangesOf(runs: Runs, stretch: number): ByteRange[] {
  const ranges: ByteRange[] = [];
  let at = 0;
  for (const [number, , bytes] of runs) {
    const last = ranges.at(-1);
    if (number === stretch && last?.end === at) last.end += bytes;
    else if (number === stretch) ranges.push({ start: at, end: at + bytes });
    at += bytes;
  }
  return ranges;
}

function outputOf({ renditions, ownAudio }: Joining): string[] {
  const maps = renditions.flatMap((rendition, input) => {
    if (rendition) return ['-map', `${input}:a:0`];
    return ['-map', `${input}:v?`, ...(ownAudio ? ['-map', `${input}:a?`] : [])];
  });
  const separate = renditions.filter((one) => one !== null);
  // The sound of the variant itself stands before; how many streams it has is known to ffmpeg only.
  const names = ownAudio ? [] : separate.flatMap(({ language, name }, n) => describe(n, language, name));
  const several = renditions.length > 1;
  return [
    ...maps,
    ...['-c', 'copy', '-map_metadata', '-1', ...names],
    // Several inputs keep their time to each other; a single one is set to begin at nought.
    ...(several ? ['-copyts'] : []),
    ...['-avoid_negative_ts', 'make_zero', '-max_interleave_delta', '0', '-f', 'matroska', '-y'],
  ];
}

function describe(stream: number, language: string | undefined, name: string): string[] {
  // Matroska takes ISO 639-2 here, and ffmpeg makes it of the primary language only.
  const primary = language?.split('-')[0];
  return [
    ...(primary ? [`-metadata:s:a:${stream}`, `language=${primary}`] : []),
    ...(name ? [`-metadata:s:a:${stream}`, `title=${name}`] : []),
  ];
}
