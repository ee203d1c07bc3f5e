import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import { chooseVariant } from './choice.ts';
import { createCheck, kindOf } from './content.ts';
import { bytesOf, convey, type Written } from './conveyor.ts';
import { type Ffmpeg, findFfmpeg } from './ffmpeg.ts';
import type { Timescales } from './fragment.ts';
import type { HlsFetched, HlsJob, HlsResult, Runs } from './job.ts';
import { isJoined, joinTracks, rangesOf } from './joined.ts';
import { openKeyRing } from './key.ts';
import { followTracks } from './live.ts';
import { openOrigin, type Origin } from './origin.ts';
import { divideStretches, type Plan, planTracks, type Stretch } from './plan.ts';
import { type MediaPlaylist, readPlaylist, type Rendition } from './playlist.ts';
import { withoutRepeats } from './segment.ts';
import { saveSubtitles } from './subtitle.ts';

/**
 * Fetches an HLS stream (RFC 8216) into the part file: the variant that the quality setting wants, its segments several at
 * once and written in order, sound that comes apart behind them; then joined into one Matroska file by ffmpeg. Without
 * ffmpeg it stays the transport stream, or the fragmented MP4, that it is.
 *
 * Complete and correct, or failed: what is missing, cut short, listed twice or something else ends it. It is continued from
 * the last whole segment as long as the list of segments stays the same, also when its addresses are signed anew.
 * @throws Failure; what was written until then stays in the part file and was told to `onWritten`
 */
export async function fetchHls(job: HlsJob, signal: AbortSignal): Promise<HlsResult> {
  const work = watched(job);
  try {
    return await fetchStream(work, signal);
  } catch (error) {
    signal.throwIfAborted();
    const source = hasExpired(error) ? await job.resolveAgain() : job.source;
    // Without another address there is nothing else to ask.
    if (source.url === job.source.url) throw error;
    return fetchStream({ ...work, source, start: work.latest() }, signal);
  }
}

const hasExpired = (error: unknown) => error instanceof Failure && (error.reason === 'auth' || error.reason === 'gone');

async function fetchStream(job: Watched, signal: AbortSignal): Promise<HlsResult> {
  const origin = openOrigin(job);
  const [stream, ffmpeg] = await Promise.all([
    openStream(job, origin, signal),
    findFfmpeg(job.settings.ffmpeg_path, job.searchPath, signal),
  ]);
  const work: Work = { job, origin, stream, ffmpeg, notes: [] };
  const isLive = stream.playlists.some((playlist) => !playlist.ended);
  if (isLive && job.settings.live === 'refuse') {
    throw new Failure(
      'bad_content',
      'The stream is still going on. Retry when it is over, or let live streams be followed.',
    );
  }
  const written = isLive ? await record(work, signal) : await fetchWhole(work, signal);
  const head = written && (await headOf(job, 0));
  const sidecars = await saveSubtitles({ job, origin, renditions: stream.subtitles, head, notes: work.notes }, signal);
  if (written && ffmpeg) await join(work, ffmpeg, written, signal);
  const { size } = await stat(job.part.path);
  const kind = head && !ffmpeg ? kindOf(head) : 'joined';
  return { size, ext: EXTENSIONS[kind], sidecars, notes: work.notes };
}

const EXTENSIONS = { joined: 'mkv', ts: 'ts', fmp4: 'mp4', audio: 'aac' } as const;
/** Holds the map and the first frames of any stream. */
const HEAD_BYTES = 1024 * 1024;

interface OpenedStream {
  /** Of each track; null: the variant itself. */
  renditions: (Rendition | null)[];
  playlists: MediaPlaylist[];
  ownAudio: boolean;
  subtitles: (Rendition & { url: string })[];
}

interface Work {
  job: Watched;
  origin: Origin;
  stream: OpenedStream;
  /** What joins tracks and stretches; null: nothing does. */
  ffmpeg: Ffmpeg | null;
  notes: string[];
}

/** A job that remembers what was told last. */
interface Watched extends HlsJob {
  latest(): HlsJob['start'];
  /** Tells that work goes on, without any more bytes. */
  goOn(): void;
}

function watched(job: HlsJob): Watched {
  let latest: HlsFetched = { ...job.start, runs: job.start.runs ?? [] };
  return {
    ...job,
    latest: () => latest,
    onWritten(fetched, bytes) {
      latest = fetched;
      return job.onWritten(fetched, bytes);
    },
    goOn: () => void job.onWritten(latest, 0),
  };
}

async function openStream(job: HlsJob, origin: Origin, signal: AbortSignal): Promise<OpenedStream> {
  const first = await readPlaylist(origin, job.source.url, signal);
  if (first.kind === 'media') return { renditions: [null], playlists: [first], ownAudio: true, subtitles: [] };
  const { variant, audio, ownAudio, subtitles } = chooseVariant(first, job.settings);
  // A variant of nothing but sound may name its own list as a rendition.
  const apart = audio.filter(({ url }) => url !== variant.url);
  const urls = [variant.url, ...apart.map(({ url }) => url)];
  const playlists = await Promise.all(urls.map((url) => readMediaPlaylist(origin, url, signal)));
  return { renditions: [null, ...apart], playlists, ownAudio: ownAudio || apart.length < audio.length, subtitles };
}

async function readMediaPlaylist(origin: Origin, url: string, signal: AbortSignal): Promise<MediaPlaylist> {
  const playlist = await readPlaylist(origin, url, signal);
  if (playlist.kind === 'media') return playlist;
  throw new Failure('bad_content', 'The playlist of a variant lists variants. Look for another source.');
}

/** What is in the part file and isn't joined yet. */
interface Fetched {
  runs: Runs;
  stretches: Stretch[];
}

/** @returns null when the part file holds the joined file already */
async function fetchWhole(work: Work, signal: AbortSignal): Promise<Fetched | null> {
  const { job, origin, stream, notes } = work;
  const lists = stream.playlists.map((playlist) => withoutRepeats(playlist.segments));
  const left = lists.reduce((sum, list) => sum + list.left, 0);
  if (left > 0) notes.push(`The playlist lists segments twice; they were taken once. (${left})`);
  const plan = planTracks(lists);
  if (plan.steps.length === 0)
    throw new Failure('bad_content', 'The playlist has no segments. Look for another source.');
  refuseApart(work, plan.stretches);
  const { validator, stretches } = plan;
  const written = await resume(job, plan);
  if (!written) return null;
  const steps = plan.steps.slice(written.runs.reduce((sum, [, segments]) => sum + segments, 0));
  const totalSeconds = stretches.reduce((sum, stretch) => sum + stretch.seconds, 0);
  const conveying = { job, origin, keys: openKeyRing(origin), validator, totalSeconds };
  const runs = await convey(conveying, () => eachOf(steps), written, signal);
  await job.part.handle.truncate(bytesOf(runs));
  return { runs, stretches };
}

async function* eachOf<T>(list: T[]): AsyncGenerator<T, void> {
  yield* list;
}

/** Records a stream that is still going on, from what it lists now to its end. It is never continued by a later try. */
async function record(work: Work, signal: AbortSignal): Promise<Fetched> {
  const { job, origin, stream, notes } = work;
  const { playlists } = stream;
  const begin = Math.max(...playlists.map(({ firstSequence }) => firstSequence));
  if (begin > 0)
    notes.push(`The stream was joined while it went on: what was before segment ${begin} is not in the file.`);
  const divider = divideStretches();
  refuseApart(work, divider.stretches);
  const validator = `hls:live:${randomUUID()}`;
  const written = await startAnew(job, validator);
  const reload = (url: string, signal: AbortSignal) => readMediaPlaylist(origin, url, signal);
  const follow = (signal: AbortSignal) => followTracks({ playlists, divider, reload, onIdle: job.goOn }, signal);
  // It comes as fast as it goes on.
  const patient = { ...job, leastBytesPerSecond: 0 };
  const conveying = { job: patient, origin, keys: openKeyRing(origin), validator, totalSeconds: null };
  const runs = await convey(conveying, follow, written, signal);
  await job.part.handle.truncate(bytesOf(runs));
  refuseApart(work, divider.stretches);
  return { runs, stretches: divider.stretches };
}

/** Without ffmpeg, a file can be no more than its segments one behind the other. */
function refuseApart({ stream, ffmpeg }: Work, stretches: Stretch[]): void {
  const isApart = stream.renditions.length > 1;
  // A second map in the middle of a file is read by no player.
  const isMixed = stretches.length > 1 && stretches.some(({ hasMap }) => hasMap);
  if (ffmpeg || !(isApart || isMixed)) return;
  const why = isApart ? 'Picture and sound of this stream come apart' : 'This stream comes in pieces';
  throw new Failure('bad_content', `${why}: joining them needs ffmpeg. Install it or set its path, then retry.`);
}

/** What an earlier try left of the same plan. @returns null when that was joined already */
async function resume(job: Watched, { validator, steps, stretches }: Plan): Promise<Written | null> {
  const { runs = [], ranges } = job.start;
  const bytes = bytesOf(runs);
  const isWhole = ranges.length === 1 && ranges[0]![0] === 0 && ranges[0]![1] === bytes;
  if (job.start.validator !== validator || !isWhole) return startAnew(job, validator);
  if (await isJoined(job.part.handle)) return null;
  if ((await job.part.handle.stat()).size < bytes) return startAnew(job, validator);
  const count = runs.reduce((sum, [, segments]) => sum + segments, 0);
  const seconds = steps.slice(0, count).reduce((sum, step) => sum + step.seconds, 0);
  const scales: Timescales = new Map();
  const [last = 0] = runs.at(-1) ?? [];
  if (stretches[last]?.hasMap) createCheck('fmp4', scales).add(await headOf(job, rangesOf(runs, last)[0]?.start ?? 0));
  return { runs, seconds, scales };
}

async function startAnew({ part, onWritten }: Watched, validator: string): Promise<Written> {
  await part.handle.truncate(0);
  await onWritten({ validator, total: null, ranges: [], runs: [] }, 0);
  return { runs: [], seconds: 0, scales: new Map() };
}

async function headOf({ part }: HlsJob, at: number): Promise<Buffer> {
  const { buffer, bytesRead } = await part.handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, at);
  return buffer.subarray(0, bytesRead);
}

async function join(
  { job, stream }: Work,
  ffmpeg: Ffmpeg,
  { runs, stretches }: Fetched,
  signal: AbortSignal,
): Promise<void> {
  const { renditions, ownAudio } = stream;
  await joinTracks({ job, ffmpeg, runs, stretches, renditions, ownAudio, onProgress: job.goOn }, signal);
}
