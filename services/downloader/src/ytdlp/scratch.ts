import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Sidecar } from '../hls/job.ts';

/** Home of the child within its scratch folder: what is in it is no part of the video. */
const HOME = '.home';
const MARK = 'job';

/**
 * Makes the scratch folder ready. What another job left is removed: parts of another format would be taken for this one's.
 * @param job what makes it the same: URL, format, languages
 * @returns the child's home
 */
export async function openScratch(folder: string, job: readonly string[]): Promise<string> {
  const home = join(folder, HOME);
  const mark = createHash('sha256').update(JSON.stringify(job)).digest('hex');
  const left = await readFile(join(home, MARK), 'utf8').catch(() => null);
  if (left !== mark) await rm(folder, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await writeFile(join(home, MARK), mark);
  return home;
}

export interface Haul {
  /** Files that are media by their names. */
  media: Found[];
  sidecars: Sidecar[];
}

export interface Found {
  path: string;
  ext: string;
  size: number;
}

const MEDIA =
  /^\.(3gp|aac|ac3|asf|avi|f4v|flac|flv|m2ts|m4a|m4v|mka|mkv|mov|mp3|mp4|mpe?g|mts|oga|ogg|ogv|opus|ts|unknown_video|wav|webm|wmv)$/i;
/** What ffmpeg was still writing when it was ended, and what it was made of. */
const UNFINISHED = /^media\.(temp|f[\w-]+)\.\w+$/;
const SUBTITLES = /\.([a-z]{2,3}(?:-[a-z0-9]{2,8})*)\.(vtt|srt|ass|ssa|ttml|lrc)$/i;
/** Of one file of subtitles: those of a whole day take a tenth of it. */
const MOST_SUBTITLES = 32 * 1024 * 1024;
/** Fragments under way and their book-keeping; nobody leaves more. */
const MOST_FILES = 100_000;

/** What lies in the scratch folder when yt-dlp has ended well. */
export async function readHaul(folder: string): Promise<Haul> {
  const files = await filesIn(folder);
  const media = files.filter(({ path, ext }) => MEDIA.test(ext) && !UNFINISHED.test(basename(path)));
  const taken = new Set<string>();
  const sidecars = files.flatMap(({ path, size }) => {
    const [, language, ext] = SUBTITLES.exec(path) ?? [];
    if (!language || !ext || size === 0 || size > MOST_SUBTITLES) return [];
    const suffix = `.${language}.${ext.toLowerCase()}`;
    if (taken.has(suffix)) return [];
    taken.add(suffix);
    return [{ path, suffix }];
  });
  return { media, sidecars };
}

/** Bytes in the folder, whatever they are. */
export async function bytesIn(folder: string): Promise<number> {
  return (await filesIn(folder)).reduce((sum, { size }) => sum + size, 0);
}

/** Files of one name only: a link would be a file of somebody else's. */
async function filesIn(folder: string): Promise<Found[]> {
  const found: Found[] = [];
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined && found.length < MOST_FILES; at = folders.pop()) {
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      const path = join(at, entry.name);
      if (entry.isDirectory() && path !== join(folder, HOME)) folders.push(path);
      if (!entry.isFile()) continue;
      const about = await lstat(path).catch(() => null);
      if (about?.nlink === 1) found.push({ path, ext: extname(path), size: about.size });
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
