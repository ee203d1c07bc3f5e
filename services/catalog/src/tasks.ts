import type { TaskName } from '@aniworld/contracts';
import { type AutoDownloadDeps, autoDownload } from './auto-download.ts';
import type { Backups } from './backups.ts';
import { type CleanupDeps, cleanUp } from './cleanup.ts';
import { type RefreshDeps, refreshDue } from './refresh.ts';
import { rescan } from './rescan.ts';
import type { Scanner } from './scan.ts';

/** Something that the server does by itself from time to time. */
export interface Task {
  name: TaskName;
  summary: string;
  /** A run that takes longer is cut. */
  limitMinutes: number;
  /**
   * Does it, and says in a sentence what was done.
   * @param startedAt ISO 8601
   */
  run: (startedAt: string, signal: AbortSignal) => Promise<string>;
}

/** What each task does; every one of them can be called by itself. */
export type TaskWork = Record<TaskName, Task['run']>;

export type WorkDeps = AutoDownloadDeps & CleanupDeps & RefreshDeps & { scanner: Scanner; backups: Backups };

/** What the catalog's tasks do. */
export function taskWork(deps: WorkDeps): TaskWork {
  return {
    rescan: (_, signal) => rescan(deps, signal),
    async refresh(_, signal) {
      const { refreshed, failed } = await refreshDue(deps, signal);
      return `${refreshed} series were refreshed, ${failed} could not be.`;
    },
    async auto_download(_, signal) {
      const { queued, series } = await autoDownload(deps, signal);
      return `${queued} episodes of ${series} series were queued.`;
    },
    backup: (startedAt, signal) => deps.backups.make(startedAt, signal),
    cleanup: (_, signal) => cleanUp(deps, signal),
  };
}

/** The tasks, in the order in which they are shown. */
export function taskRegistry(work: TaskWork): Task[] {
  const task = (name: TaskName, limitMinutes: number, summary: string): Task => ({
    ...{ name, summary, limitMinutes, run: work[name] },
  });
  return [
    // A first scan of a hundred thousand files on a slow disk takes hours.
    task('rescan', 12 * 60, 'Scan the library folders'),
    task('refresh', 4 * 60, 'Ask the providers for new episodes'),
    task('auto_download', 30, 'Queue new episodes of the series that want that'),
    task('backup', 60, 'Write everything but the videos to a file'),
    task('cleanup', 60, 'Remove what is older than it has to be'),
  ];
}
