import { anime } from '@aniworld/contracts';
import { emit } from '@aniworld/chassis';
import { parseName } from '@aniworld/filename';
import { relative } from 'node:path';
import { type Found, matchEpisodes, matchSeries, type TitleIndex } from './match.ts';
import { type Database, lockMatching, type Tx } from './store/database.ts';
import { type EpisodeNumbers, episodeNumbers } from './store/episode.ts';
import { type FileFacts, type FileRow, filesAt, filesOfEpisodes, storeScanned, unmatchedFiles } from './store/file.ts';
import { findSeries, holdSeries, type SeriesNames } from './store/series.ts';
import { type FoundFile, placeOf } from './walk.ts';

/**
 * Decides which files hold which episodes. Each batch is decided and stored in one transaction with its events, under a
 * lock, so that two decisions never give one episode to two files.
 */

/** A file as a walk found it. */
export type Located = FoundFile & { root: string };

/** Decides for each file which episodes it holds and stores that; gives how many hold one. */
export async function assign(db: Database, files: readonly Located[], index: TitleIndex): Promise<number> {
  if (files.length === 0) return 0;
  const named = files.map((file) => nameOf(file, index));
  return db.transaction().execute(async (tx) => {
    await lockMatching(tx);
    const before = new Map((await filesAt(tx, files)).map((file) => [file.path, file]));
    const numbers = await numbersOf(tx, named);
    const facts = named
      .map((one) => factsOf(one, numbers, before.get(one.file.path)))
      .sort((one, other) => (one.path < other.path ? -1 : 1));
    const settled = await withoutRivals(tx, facts);
    const changed = settled.filter((file) => isNews(file, before.get(file.path)));
    await storeScanned(tx, changed);
    await tell(tx, [...changed, ...changed.flatMap((file) => before.get(file.path) ?? [])]);
    return settled.filter((file) => file.series_id !== null).length;
  });
}

const BATCH = 500;

/** Tries the unmatched files again, without looking at the disk; gives how many have found their episode. */
export async function retryUnmatched(db: Database, index: TitleIndex, signal: AbortSignal): Promise<number> {
  let matched = 0;
  for (let after: string | null = null; ; ) {
    signal.throwIfAborted();
    const files: FileRow[] = await unmatchedFiles(db, after, BATCH);
    matched += await assign(db, files, index);
    after = files.at(-1)?.path ?? null;
    if (after === null) return matched;
  }
}

interface Named {
  file: Located;
  parsed: ReturnType<typeof parseName>;
  series: Found<SeriesNames>;
}

function nameOf(file: Located, index: TitleIndex): Named {
  const parsed = parseName(relative(file.root, file.path));
  return { file, parsed, series: matchSeries(parsed, index) };
}

async function numbersOf(tx: Tx, named: readonly Named[]): Promise<Map<string, EpisodeNumbers[]>> {
  const ids = new Set(named.flatMap(({ series }) => series.found?.id ?? []));
  const held = await holdSeries(tx, [...ids]);
  return Map.groupBy(await episodeNumbers(tx, held), (episode) => episode.series_id);
}

function factsOf(
  { file, parsed, series }: Named,
  numbers: Map<string, EpisodeNumbers[]>,
  before: FileRow | undefined,
): FileFacts {
  const { root, path, size, mtime_ms } = file;
  const facts = { root, place: placeOf(root, path), path, size, mtime_ms };
  // Known from its download: only its size and time are news.
  if (before?.pinned) return { ...facts, series_id: before.series_id, episode_ids: [], reason: before.reason };
  const unmatched = (reason: string) => ({ ...facts, series_id: null, episode_ids: [], reason });
  if (!series.found) return unmatched(series.reason);
  const episodes = matchEpisodes(parsed, series.found, numbers.get(series.found.id) ?? []);
  if (!episodes.found) return unmatched(episodes.reason);
  const reason = `“${series.found.title}” ${series.reason}; ${episodes.reason} (rule ${parsed.rule}).`;
  return { ...facts, series_id: series.found.id, episode_ids: episodes.found, reason };
}

const isNews = (file: FileFacts, before: FileRow | undefined) =>
  before === undefined ||
  file.series_id !== before.series_id ||
  file.reason !== before.reason ||
  file.size !== before.size ||
  file.mtime_ms !== before.mtime_ms;

/** An episode keeps the file that it has; the first in the order of paths when none was first. */
async function withoutRivals(tx: Tx, files: readonly FileFacts[]): Promise<FileFacts[]> {
  const wanted = files.flatMap((file) => file.episode_ids);
  const holder = new Map((await filesOfEpisodes(tx, wanted)).map((link) => [link.episode_id, link.path]));
  return files.map((file) => {
    const rival = file.episode_ids.map((id) => holder.get(id)).find((path) => path !== undefined && path !== file.path);
    if (rival !== undefined)
      return { ...file, series_id: null, episode_ids: [], reason: `The episode has the file ${rival} already.` };
    for (const id of file.episode_ids) holder.set(id, file.path);
    return file;
  });
}

/** One event for each series whose files changed. */
export async function tell(tx: Tx, files: readonly { series_id: string | null }[]): Promise<void> {
  for (const id of new Set(files.flatMap((file) => file.series_id ?? []))) {
    const series = await findSeries(tx, id);
    if (series) await emit(tx, anime.changed, { series_id: id, change: 'files', title: series.title });
  }
}
