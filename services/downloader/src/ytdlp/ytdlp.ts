import { type RefusedError, startFilteringProxy } from '@aniworld/egress';
import { open } from 'node:fs/promises';
import { LOOKED_AT, refusePage } from '../engine/impostor.ts';
import { Failure } from '../failure.ts';
import { findProgram } from '../search-path.ts';
import { argumentsOf, readUrl, sortHeaders } from './arguments.ts';
import { runChild } from './child.ts';
import { environmentOf } from './environment.ts';
import type { Patience, YtdlpJob, YtdlpResult } from './job.ts';
import { findYtdlp, type Program } from './program.ts';
import { readReport, type Told } from './report.ts';
import { type Found, openScratch, readHaul } from './scratch.ts';
import { watchSilence } from './silence.ts';
import { failureOf, failureOfNothing } from './verdict.ts';

const PATIENCE: Patience = { silentMs: 120_000, wholeMs: 24 * 3_600_000 };

/**
 * Fetches the one video behind an address with yt-dlp, into a scratch folder. The child reaches nothing but what the guard
 * allows, is told nothing of the worker's, and is gone with all that it started when this settles.
 * @throws Failure; what was written until then stays in the scratch folder, for a next try of the same job
 */
export async function fetchWithYtdlp(job: YtdlpJob, signal: AbortSignal): Promise<YtdlpResult> {
  const { source, settings, egress, searchPath } = job;
  const url = readUrl(source.url);
  const program = await findYtdlp(settings.ytdlp_path, searchPath, signal);
  if (!program) throw new Failure('no_source', 'This worker has no yt-dlp. Install it, or set its path; then retry.');
  await egress.vet(url, signal).catch((error: Error) => {
    signal.throwIfAborted();
    throw 'code' in error && error.code === 'EGRESS_REFUSED' ? refusedBy(error) : error;
  });
  const { passed, kept } = sortHeaders(source.headers);
  const told = await fetchInto({ job, url, program, headers: passed }, signal);
  const { media, sidecars } = await readHaul(job.scratch);
  const video = await onlyOne(media, told);
  const ext = video.ext.slice(1).toLowerCase();
  const notes = kept.map((name) => `The header ${name} was not sent: yt-dlp would send it to every host.`);
  if (program.warning) notes.push(program.warning);
  return { path: video.path, size: video.size, ext: /^[a-z0-9]{1,8}$/.test(ext) ? ext : source.ext, sidecars, notes };
}

interface Fetching {
  job: YtdlpJob;
  url: URL;
  program: Program;
  headers: Record<string, string>;
}

async function fetchInto({ job, url, program, headers }: Fetching, signal: AbortSignal): Promise<Told> {
  const { settings, scratch, searchPath, egress, onProgress } = job;
  const { silentMs, wholeMs } = { ...PATIENCE, ...job.patience };
  const ffmpeg = findProgram(settings.ffmpeg_path || 'ffmpeg', searchPath);
  const { quality, subtitle_languages: languages } = settings;
  const home = await openScratch(scratch, [url.href, quality, String(ffmpeg !== null), ...languages]);
  let refused: RefusedError | undefined;
  await using proxy = await startFilteringProxy(egress, { onRefused: (error) => (refused = error) });
  const report = readReport(({ done, total }) => {
    silence.broken();
    onProgress(done, total);
  });
  using silence = watchSilence(scratch, silentMs, () => onProgress(report.told.done, report.told.total));
  const asked = { url, headers, settings, hasFfmpeg: ffmpeg !== null, readsAnyPage: program.readsAnyPage, cache: home };
  const env = environmentOf({ searchPath, home, proxy: proxy.url, ffmpeg: ffmpeg ?? undefined });
  const whole = AbortSignal.timeout(wholeMs);
  const child = { program: program.path, args: argumentsOf(asked), cwd: scratch, env, onLine: report.read };
  const ended = await runChild(child, AbortSignal.any([signal, silence.signal, whole])).catch((error) => {
    throw whole.aborted && error === whole.reason
      ? new Failure('timeout', 'yt-dlp took too long and was ended. It is tried again by itself.')
      : error;
  });
  if (ended.code !== 0) throw refused ? refusedBy(refused) : failureOf(ended);
  return report.told;
}

/** Asking again can't help while the settings are the same; the message says which of them would. */
function refusedBy(error: Error): Failure {
  return new Failure('http_4xx', error.message, { error });
}

async function onlyOne(media: Found[], told: Told): Promise<Found> {
  const [video, second] = media;
  if (!video) throw failureOfNothing(told);
  if (second) throw failureOfNothing({ ...told, isList: true });
  if (video.size === 0) throw new Failure('bad_content', 'The source sent an empty file. Look for another source.');
  await using file = await open(video.path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
  refusePage(undefined, buffer.subarray(0, bytesRead));
  return video;
}
