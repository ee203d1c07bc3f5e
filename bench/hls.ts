import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ffmpeg, framesOf, hasFilm, makeFilm } from '../services/downloader/src/hls/film.fixture.ts';
import { type HlsRig, startHlsRig } from '../services/downloader/src/hls/rig.fixture.ts';
import { type Bench, lessIsBetter, MissingError, type Row } from './case.ts';

const run = promisify(execFile);

interface Stream {
  title: string;
  seconds: number;
  /** Frames a second; a segment can't be shorter than one. */
  rate: number;
  /** From one frame that stands alone to the next. */
  every: number;
  /** How far away the origin is. */
  latencyMs: number;
  /** Cuts the film into `folder/index.m3u8`. */
  cut: (film: string, folder: string) => Promise<void>;
}

/**
 * Streams that ffmpeg cut here, fetched and joined: each frame of picture and sound has to be that of the film which they were
 * cut from. The time beside it is that of `ffmpeg -i index.m3u8 -c copy` from the same origin, which takes a moment to answer as
 * real ones do.
 */
export const hls: Bench = {
  name: 'hls',
  title: 'streams of segments, frame by frame against the film, and beside ffmpeg in time',
  async run(say) {
    if (!hasFilm) throw new MissingError('The streams are made by ffmpeg: install it, then run this again.');
    const rows: Row[] = [];
    for (const stream of streams) {
      await using rig = await startHlsRig();
      rows.push(...(await measure(rig, stream, say)));
    }
    return rows;
  },
};

const COPY = ['-map', '0:v', '-map', '0:a', '-c', 'copy'];
const cutBy =
  (length: number, ...args: string[]): Stream['cut'] =>
  async (film, folder) => {
    const list = ['-f', 'hls', '-hls_time', String(length), '-hls_playlist_type', 'vod', ...args];
    await ffmpeg('-i', film, ...COPY, ...list, join(folder, 'index.m3u8'));
  };

const encrypted: Stream['cut'] = async (film, folder) => {
  const [key, info] = [join(folder, 'key'), join(folder, 'info')];
  await writeFile(key, '0123456789abcdef');
  await writeFile(info, `key\n${key}\n`);
  await cutBy(2, '-hls_key_info_file', info)(film, folder);
};

/** Three variants, of which the best is the film itself, with the sound apart from them. */
const variants: Stream['cut'] = async (film, folder) => {
  const scaled = ['-filter:v:0', 'scale=80:-2', '-filter:v:1', 'scale=120:-2', '-g', '25', '-preset', 'ultrafast'];
  const codecs = ['-c:v', 'libx264', '-b:v:0', '40k', '-b:v:1', '80k', '-c:v:2', 'copy', '-c:a', 'copy'];
  const groups = 'v:0,agroup:s v:1,agroup:s v:2,agroup:s a:0,agroup:s,language:de,default:yes';
  await ffmpeg(
    ...['-i', film, '-map', '0:v', '-map', '0:v', '-map', '0:v', '-map', '0:a', ...scaled, ...codecs],
    ...['-b:v:2', '400k', '-var_stream_map', groups, '-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod'],
    ...['-master_pl_name', 'index.m3u8', join(folder, 'v%v.m3u8')],
  );
};

const usual = { seconds: 180, rate: 25, every: 25, latencyMs: 20 };
const streams: Stream[] = [
  { title: 'transport segments', ...usual, cut: cutBy(2) },
  { title: 'fragments with a map', ...usual, cut: cutBy(2, '-hls_segment_type', 'fmp4') },
  {
    title: 'ranges of one fragmented file',
    ...usual,
    cut: cutBy(2, '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file'),
  },
  { title: 'AES-128', ...usual, cut: encrypted },
  { title: 'three variants, sound apart', ...usual, cut: variants },
  { title: '5,000 segments', seconds: 1_000, rate: 5, every: 1, latencyMs: 4, cut: cutBy(0.2) },
];

async function measure(rig: HlsRig, stream: Stream, say: (text: string) => void): Promise<Row[]> {
  const { title, seconds, rate, every, cut } = stream;
  const films = await mkdtemp(join(tmpdir(), 'aniworld-bench-hls-'));
  try {
    const film = await makeFilm(films, seconds, { rate, every });
    await cut(film, rig.folder);
    rig.origin.latencyMs = stream.latencyMs;
    const ours = await timed(() => rig.fetch('index.m3u8'));
    const peer = await timed(() => copyByFfmpeg(rig.origin.url('index.m3u8'), join(films, 'peer.mkv')));
    const frames = await compare(film, rig.path);
    say(`${title}: ${frames.equal} of ${frames.total} frames, ${ours} s, ffmpeg ${peer} s`);
    const sides = { ours, peer, peer_name: 'ffmpeg -c copy', unit: 's', goal: 1 };
    const time = lessIsBetter({ case: `${title}: time, ${stream.latencyMs} ms away`, ...sides });
    return [framesRow(title, frames), time];
  } finally {
    await rm(films, { recursive: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return Math.round((performance.now() - begun) / 10) / 100;
}

const copyByFfmpeg = (url: string, path: string) =>
  run('ffmpeg', ['-nostdin', '-loglevel', 'error', '-allowed_extensions', 'ALL', '-i', url, '-c', 'copy', '-y', path]);

/** Frames that are equal at the same place, of picture and sound together. */
async function compare(film: string, joined: string): Promise<{ equal: number; total: number }> {
  let [equal, total] = [0, 0];
  for (const kind of ['v', 'a'] as const) {
    const [expected, found] = [await framesOf(film, kind), await framesOf(joined, kind)];
    total += Math.max(expected.length, found.length);
    equal += expected.filter((frame, i) => frame === found[i]).length;
  }
  return { equal, total };
}

/** Met by all frames and by nothing less: a rounded share would let one in two hundred go. */
function framesRow(title: string, { equal, total }: { equal: number; total: number }): Row {
  const ratio = Math.floor((equal / total) * 10_000) / 10_000;
  const sides = { ours: equal, peer: total, peer_name: 'the film', unit: 'frames' };
  return { case: `${title}: frames`, ...sides, ratio, goal: 1, met: total > 0 && equal === total };
}
