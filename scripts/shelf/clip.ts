import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Canvas, clamp, type Color } from './canvas.ts';
import { letter, textWidth } from './lettering.ts';
import { sampleRate } from './tune.ts';
import type { Frame } from './scene.ts';

/** What one clip shows and sounds like; `seconds` is its length, `sound` mono 16-bit PCM of the same length. */
export type Clip = { show: string; label: string; title: string; seconds: number; frame: Frame; sound: Buffer };

const framesPerSecond = 24;
const [width, height] = [640, 360];
const cream: Color = [255, 248, 232];
const titleWidth = 540;

/**
 * Everything that could make the bytes differ between two runs is switched off: encoder threads, tags and times,
 * approximate colour conversion, and CPU extensions (the AAC encoder's float sums differ with them).
 */
const videoOptions =
  '-c:v libx264 -profile:v main -preset veryslow -crf 28 -maxrate 150k -bufsize 300k -threads 1 -g 96'.split(' ');
const audioOptions = '-c:a aac -b:a 48k -ac 1'.split(' ');
const fileOptions =
  '-movflags +faststart -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -map_metadata -1'.split(' ');
const toBt709 = 'scale=out_color_matrix=bt709:out_range=tv:flags=bitexact+accurate_rnd+full_chroma_int,format=yuv420p';
const bt709Tags = '-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv'.split(' ');

/** Encodes a clip to `file` as MP4 (H.264 main, AAC). `work` is a folder for the raw sound. Needs ffmpeg with libx264. */
export async function encode(clip: Clip, file: string, work: string): Promise<void> {
  const soundFile = `${work}/${clip.label}.pcm`;
  await writeFile(soundFile, clip.sound);
  const picture = `-f rawvideo -pix_fmt rgb24 -s ${width}x${height} -r ${framesPerSecond} -i pipe:0`.split(' ');
  const sound = ['-f', 's16le', '-ar', String(sampleRate), '-ac', '1', '-i', soundFile];
  const output = ['-vf', toBt709, ...bt709Tags, ...videoOptions, ...audioOptions, ...fileOptions, file];
  const quiet = '-hide_banner -loglevel error -nostdin -y -cpuflags 0'.split(' ');
  const ffmpeg = spawn('ffmpeg', [...quiet, ...picture, ...sound, ...output], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(ffmpeg, 'exit');
  await pipeline(frames(clip), ffmpeg.stdin);
  const [status] = await ended;
  if (status !== 0) throw new Error(`ffmpeg ended with ${status} for ${file}`);
}

/** The first seconds carry a title card; the picture rises from and falls back to black. */
function* frames({ show, label, title, seconds, frame }: Clip): Generator<Buffer> {
  const canvas = new Canvas(width, height);
  const lines = [
    letter({ text: show, x: width / 2, y: 56, size: fit(show, 30), weight: 3, color: cream }),
    letter({ text: label, x: width / 2, y: 105, size: 13, weight: 1.8, color: cream }),
    letter({ text: title, x: width / 2, y: 132, size: fit(title, 17), weight: 2, color: cream }),
  ];
  for (let index = 0; index < seconds * framesPerSecond; index += 1) {
    const time = index / framesPerSecond;
    frame(canvas, time);
    const card = Math.min(clamp((time - 0.6) / 0.8), clamp((5 - time) / 0.8));
    if (card > 0) canvas.rect(0, 34, width, 136, [8, 10, 24], 0.42 * card);
    if (card > 0) for (const line of lines) line(canvas, card);
    const dark = 1 - Math.min(clamp(time / 0.8), clamp((seconds - time) / 1.2));
    if (dark > 0) canvas.rect(0, 0, width, height, [6, 8, 18], dark);
    yield Buffer.from(canvas.data);
  }
}

/** The size at which a line fits the card, `largest` at most. */
function fit(text: string, largest: number): number {
  return Math.min(largest, titleWidth / textWidth(text, 1));
}
