import type { anime, FileState, NameReading, ReplyInput } from '@aniworld/contracts';
import { parseName } from '@aniworld/filename';
import { relative } from 'node:path';
import { clues, indexLikeness, type Likeness, type LikenessIndex, likeSeries } from './candidate.ts';
import { choose } from './choice.ts';
import { matchEpisodes } from './numbers.ts';
import type { Database } from './store/database.ts';
import { type EpisodeNumbers, episodeNumbers } from './store/episode.ts';
import type { FileRow } from './store/file.ts';
import { seriesWithLinks, seriesWithWords } from './store/likeness.ts';
import { holdersOf, linksOf, numbersOf, openFiles } from './store/match.ts';
import { seriesNames } from './store/series.ts';

/** Files that are no episode's, each with what a person needs in order to decide. */
export type Unmatched = ReplyInput<typeof anime.unmatched>['items'][number];
type Rivals = Unmatched['rivals'];

const ALL: FileState[] = ['unmatched', 'ambiguous', 'duplicate'];

/** One page in the order of paths. What they might be is worked out now, not when they were scanned. */
export async function listUnmatched(
  db: Database,
  wanted: { kind: FileState | undefined; after: string | null; limit: number },
): Promise<Unmatched[]> {
  const { kind, after, limit } = wanted;
  const files = await openFiles(db, { states: kind ? [kind] : ALL, after, limit });
  const [candidates, rivals] = await Promise.all([candidatesOf(db, files), rivalsOf(db, files)]);
  return files.map((file) => {
    const own = rivals.get(file.id) ?? [];
    const reason = own[0] ? `${own[0].path} is the episode’s: ${own[0].rule}.` : file.reason;
    const { id, path, size, series_id, seen_at } = file;
    const state = file.state as Exclude<FileState, 'matched'>;
    return { id, path, size, state, series_id, reason, seen_at, candidates: candidates.get(id) ?? [], rivals: own };
  });
}

async function candidatesOf(db: Database, files: readonly FileRow[]) {
  const open = files.filter((file) => file.state === 'unmatched' || file.state === 'ambiguous');
  if (open.length === 0) return new Map<string, Unmatched['candidates']>();
  const readings = open.map((file) => ({ file, parsed: parseName(relative(file.root, file.path)) }));
  const index = await likenessOf(
    db,
    readings.map(({ parsed }) => parsed),
  );
  const likenesses = readings.map((one) => ({ ...one, likely: likeSeries(one.parsed, index) }));
  const ids = new Set(likenesses.flatMap(({ likely }) => likely.map(({ series }) => series.id)));
  const episodes = Map.groupBy(await episodeNumbers(db, [...ids]), (episode) => episode.series_id);
  return new Map(
    likenesses.map(({ file, parsed, likely }) => [
      file.id,
      likely.map((one) => candidateOf(one, parsed, episodes.get(one.series.id) ?? [])),
    ]),
  );
}

/** An index of those series alone that some of the names might mean. */
async function likenessOf(db: Database, readings: readonly NameReading[]): Promise<LikenessIndex> {
  const sought = readings.map(clues);
  const titles = new Map(sought.flatMap(({ words }) => words.map((one) => [one.join(' '), one])));
  const [named, known] = await Promise.all([
    seriesWithWords(db, [...titles.values()]),
    seriesWithLinks(
      db,
      sought.flatMap(({ links }) => links),
    ),
  ]);
  return indexLikeness(await seriesNames(db, [...new Set([...named, ...known])]));
}

function candidateOf(
  { series, score, reason }: Likeness,
  parsed: NameReading,
  episodes: readonly EpisodeNumbers[],
): Unmatched['candidates'][number] {
  const { found } = matchEpisodes(parsed, series, episodes);
  return { series_id: series.id, title: series.title, episode_ids: found ?? [], score, reason };
}

/** For each duplicate the files that its episodes have, and why those. */
async function rivalsOf(db: Database, files: readonly FileRow[]): Promise<Map<string, Rivals>> {
  const duplicates = files.filter((file) => file.state === 'duplicate').map((file) => file.id);
  const links = await linksOf(db, duplicates);
  const episodes = [...new Set(links.map((one) => one.episode_id))];
  const holders = Map.groupBy(await holdersOf(db, episodes), (one) => one.episode_id);
  const numbers = new Map((await numbersOf(db, episodes)).map((one) => [one.id, one]));
  const rivals = new Map<string, Rivals>();
  for (const { file_id, episode_id } of links) {
    const all = holders.get(episode_id) ?? [];
    const own = all.find((one) => one.file_id === file_id);
    const number = numbers.get(episode_id);
    if (!own || !number) continue;
    const { chosen, why } = choose(all);
    if (chosen === own) continue;
    const { season, episode } = number;
    const rival = { episode_id, season, episode, file_id: chosen.file_id, path: chosen.path, size: chosen.size };
    rivals.set(file_id, [...(rivals.get(file_id) ?? []), { ...rival, rule: why(own) }]);
  }
  return rivals;
}
