import { statSync } from 'node:fs';
import { findProgram } from '../search-path.ts';
import { readVersion } from './version.ts';

/** A yt-dlp that answered. */
export interface Program {
  path: string;
  /** As it says: `2026.08.19`. */
  version: string;
  /** What to tell people about its age; null when it is new enough. */
  warning: string | null;
  /**
   * Before this version a page could name a proxy of its own for what it made yt-dlp fetch (CVE-2023-46121): around ours. Only
   * the part that reads any page was open to it, so that part stays shut.
   */
  readsAnyPage: boolean;
}

/** Older ones write files under whatever extension a site names (CVE-2024-38519). Sites change too: most need one of this year. */
const LEAST_VERSION = '2024.07.01';
const KEEPS_TO_ITS_PROXY = '2023.11.14';

const known = new Map<string, string>();

/**
 * Looks for yt-dlp and asks for its version, once for each file that it finds.
 * @param wanted the setting: a path, or empty for the first on the search path
 * @returns null when there is none, or none that runs
 */
export async function findYtdlp(wanted: string, searchPath: string, signal: AbortSignal): Promise<Program | null> {
  const path = findProgram(wanted || 'yt-dlp', searchPath);
  if (!path) return null;
  const file = `${path} ${statSync(path).mtimeMs}`;
  const version = known.get(file) ?? (await readVersion(path, searchPath, signal));
  if (version === null) return null;
  known.set(file, version);
  const isOld = isBefore(version, LEAST_VERSION);
  return {
    ...{ path, version },
    warning: isOld ? `yt-dlp ${version} is too old to be safe: install ${LEAST_VERSION} or later.` : null,
    readsAnyPage: !isBefore(version, KEEPS_TO_ITS_PROXY),
  };
}

/** Versions are dates; a nightly one has the time of day as a fourth number. */
function isBefore(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) => text.split('.').map(Number));
  for (const [at, number] of want!.entries()) if (have![at] !== number) return (have![at] ?? 0) < number;
  return false;
}
