import { z } from 'zod';

/** Our own marks before the lines of yt-dlp's standard output. */
export const PROGRESS = 'progress ';
export const INFO = 'info ';

const Progress = z.object({
  status: z.string(),
  filename: z.string().max(4_096),
  downloaded_bytes: z.number().min(0).nullish(),
  total_bytes: z.number().min(0).nullish(),
  total_bytes_estimate: z.number().min(0).nullish(),
});
type Progress = z.output<typeof Progress>;

const Info = z.object({
  is_live: z.boolean().nullish(),
  live_status: z.string().nullish(),
  playlist_count: z.number().nullish(),
});

/** What yt-dlp has told of the video. */
export interface Told {
  isLive: boolean;
  /** More than one video is behind the address. */
  isList: boolean;
  done: number;
  total: number | null;
}

/** Files of one video: picture, sound, subtitles. */
const MOST_FILES = 64;

/**
 * Reads the lines that yt-dlp writes for us. Any other line, and any that can't be read, means nothing.
 * @param onProgress called when bytes came
 */
export function readReport(onProgress: (told: Told) => void): { told: Told; read: (line: string) => void } {
  const told: Told = { isLive: false, isList: false, done: 0, total: null };
  const files = new Map<string, Progress>();
  const count = (progress: Progress) => {
    if (files.size === MOST_FILES && !files.has(progress.filename)) return;
    files.set(progress.filename, progress);
    const before = told.done;
    const all = [...files.values()];
    told.done = sum(all.map(({ downloaded_bytes: done }) => done ?? 0));
    const totals = all.map((one) => one.total_bytes ?? one.total_bytes_estimate ?? null);
    told.total = totals.includes(null) ? null : sum(totals as number[]);
    if (told.done !== before) onProgress(told);
  };
  return {
    told,
    read(line) {
      if (line.startsWith(PROGRESS)) {
        const progress = Progress.safeParse(parsed(line.slice(PROGRESS.length)));
        if (progress.success) count(progress.data);
      } else if (line.startsWith(INFO)) {
        const info = Info.safeParse(parsed(line.slice(INFO.length)));
        if (!info.success) return;
        told.isLive ||= info.data.is_live === true || info.data.live_status === 'is_live';
        told.isList ||= (info.data.playlist_count ?? 1) > 1;
      }
    },
  };
}

const sum = (numbers: number[]) => Math.round(numbers.reduce((all, one) => all + one, 0));

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
